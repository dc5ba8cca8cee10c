#include "core/base/utf8.h"

/* RFC 3629; table 3-7 of Unicode. */
size_t nb_utf8_character(const char *text, size_t left)
{
    const unsigned char *p = (const unsigned char *)text;
    if (p[0] < 0x80) {
        return 1;
    }
    if (p[0] < 0xc2 || p[0] > 0xf4) {
        return 0;
    }
    size_t length = p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
    if (length > left) {
        return 0;
    }
    unsigned char low = p[0] == 0xe0 ? 0xa0 : p[0] == 0xf0 ? 0x90 : 0x80;
    unsigned char high = p[0] == 0xed ? 0x9f : p[0] == 0xf4 ? 0x8f : 0xbf;
    if (p[1] < low || p[1] > high) {
        return 0;
    }
    for (size_t i = 2; i < length; i++) {
        if ((p[i] & 0xc0) != 0x80) {
            return 0;
        }
    }
    return length;
}

bool nb_utf8_valid(const char *text, size_t bytes, bool printable)
{
    for (size_t i = 0; i < bytes;) {
        if (printable && ((unsigned char)text[i] < 0x20 || text[i] == 0x7f)) {
            return false;
        }
        size_t length = nb_utf8_character(text + i, bytes - i);
        if (length == 0) {
            return false;
        }
        i += length;
    }
    return true;
}
