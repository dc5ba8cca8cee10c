#include "core/base/digits.h"

#include <string.h>

char *nb_digits(char *at, int value, int width)
{
    for (int i = width; i > 0; i--, value /= 10) {
        at[i - 1] = (char)('0' + value % 10);
    }
    return at + width;
}

size_t nb_int64_format(int64_t value, char ret_text[NB_INT64_TEXT])
{
    char text[NB_INT64_TEXT];
    char *at = text + sizeof(text);
    uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;

    *--at = '\0';
    do {
        *--at = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest != 0);
    if (value < 0) {
        *--at = '-';
    }
    size_t length = (size_t)(text + sizeof(text) - at) - 1;
    memcpy(ret_text, at, length + 1);
    return length;
}
