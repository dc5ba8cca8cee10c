#include "core/store/lock_key.h"

#include "core/base/digits.h"
#include "core/base/err.h"

#include <string.h>

#define KIND_MAX 60
#define STEP 12 /* bytes mixed in at a time */

/* PostgreSQL's hashtextextended with seed 0 is Bob Jenkins' lookup3 (public domain, 2006) from this
 * starting value, read as little-endian words. */
#define START (0x9e3779b9u + 3923095u)

struct state {
    uint32_t a;
    uint32_t b;
    uint32_t c;
};

static uint32_t rotated(uint32_t word, int bits)
{
    return word << bits | word >> (32 - bits);
}

static void mix(struct state *s)
{
    s->a = (s->a - s->c) ^ rotated(s->c, 4);
    s->c += s->b;
    s->b = (s->b - s->a) ^ rotated(s->a, 6);
    s->a += s->c;
    s->c = (s->c - s->b) ^ rotated(s->b, 8);
    s->b += s->a;
    s->a = (s->a - s->c) ^ rotated(s->c, 16);
    s->c += s->b;
    s->b = (s->b - s->a) ^ rotated(s->a, 19);
    s->a += s->c;
    s->c = (s->c - s->b) ^ rotated(s->b, 4);
    s->b += s->a;
}

static void finish(struct state *s)
{
    s->c = (s->c ^ s->b) - rotated(s->b, 14);
    s->a = (s->a ^ s->c) - rotated(s->c, 11);
    s->b = (s->b ^ s->a) - rotated(s->a, 25);
    s->c = (s->c ^ s->b) - rotated(s->b, 16);
    s->a = (s->a ^ s->c) - rotated(s->c, 4);
    s->b = (s->b ^ s->a) - rotated(s->a, 14);
    s->c = (s->c ^ s->b) - rotated(s->b, 24);
}

/* Up to four bytes from `at`, of which those beyond count are 0; shifted for the last word, whose
 * lowest byte stands for the length. */
static uint32_t word(const uint8_t *bytes, size_t count, size_t at, int shift)
{
    uint32_t value = 0;

    for (size_t i = 0; i < 4 && at + i < count && 8 * (int)i + shift < 32; i++) {
        value |= (uint32_t)bytes[at + i] << (8 * (int)i + shift);
    }
    return value;
}

static uint64_t hash(const uint8_t *bytes, size_t count)
{
    uint32_t start = START + (uint32_t)count;
    struct state s = {start, start, start};

    while (count >= STEP) {
        s.a += word(bytes, count, 0, 0);
        s.b += word(bytes, count, 4, 0);
        s.c += word(bytes, count, 8, 0);
        mix(&s);
        bytes += STEP;
        count -= STEP;
    }
    s.a += word(bytes, count, 0, 0);
    s.b += word(bytes, count, 4, 0);
    s.c += word(bytes, count, 8, 8);
    finish(&s);
    return (uint64_t)s.b << 32 | s.c;
}

int64_t store_lock_key(const char *kind, int64_t id)
{
    char text[KIND_MAX + 1 + NB_INT64_TEXT];
    size_t length = strlen(kind);

    NB_ASSERT(length > 0 && length <= KIND_MAX);
    memcpy(text, kind, length);
    text[length++] = ':';
    length += nb_int64_format(id, text + length);
    return (int64_t)hash((const uint8_t *)text, length);
}
