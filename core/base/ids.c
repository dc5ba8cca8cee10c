#include "core/base/ids.h"

#include <errno.h>
#include <stddef.h>
#include <sys/random.h>

struct public_id nb_public_id_random(void)
{
    struct public_id id = {{0}};
    ssize_t got;

    do {
        got = getrandom(id.bytes, sizeof(id.bytes), 0);
    } while (got < 0 && errno == EINTR);
    /* Up to 256 bytes the kernel gives all or nothing. */
    NB_ASSERT(got == (ssize_t)sizeof(id.bytes));
    return id;
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    if (c >= 'A' && c <= 'F') {
        return c - 'A' + 10;
    }
    return -1;
}

/* The hyphens of 8-4-4-4-12 stand before bytes 4, 6, 8 and 10. */
static bool hyphen_before(size_t byte)
{
    return byte == 4 || byte == 6 || byte == 8 || byte == 10;
}

bool nb_public_id_parse(const char *text, struct public_id *ret_id)
{
    struct public_id id = {{0}};
    const char *at = text;

    if (text == NULL) {
        return false;
    }
    for (size_t i = 0; i < sizeof(id.bytes); i++) {
        if (hyphen_before(i) && *at++ != '-') {
            return false;
        }
        /* The second digit is looked at only when the first was one: the text may end here. */
        int high = hex_value(at[0]);
        int low = high < 0 ? -1 : hex_value(at[1]);
        if (low < 0) {
            return false;
        }
        id.bytes[i] = (uint8_t)(high * 16 + low);
        at += 2;
    }
    if (*at != '\0') {
        return false;
    }
    *ret_id = id;
    return true;
}

void nb_public_id_format(struct public_id id, char ret_text[NB_PUBLIC_ID_TEXT])
{
    static const char digits[] = "0123456789abcdef";
    char *at = ret_text;

    for (size_t i = 0; i < sizeof(id.bytes); i++) {
        if (hyphen_before(i)) {
            *at++ = '-';
        }
        *at++ = digits[id.bytes[i] >> 4];
        *at++ = digits[id.bytes[i] & 15];
    }
    *at = '\0';
}
