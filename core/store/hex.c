#include "core/store/hex.h"

#include <string.h>

const char *store_hex(struct nb_arena *arena, const uint8_t *bytes, size_t count)
{
    static const char digits[] = "0123456789abcdef";
    char *text = nb_arena_alloc(arena, 2 * count + 1);

    for (size_t i = 0; text != NULL && i < count; i++) {
        text[2 * i] = digits[bytes[i] >> 4];
        text[2 * i + 1] = digits[bytes[i] & 15];
    }
    return text;
}

static uint8_t digit(char c)
{
    return (uint8_t)(c <= '9' ? c - '0' : c - 'a' + 10);
}

static struct store_bytes item(const char *text, size_t bytes, struct nb_arena *arena)
{
    uint8_t *kept = nb_arena_alloc(arena, bytes + 1);

    NB_ASSERT(kept != NULL);
    for (size_t i = 0; i < bytes; i++) {
        kept[i] = (uint8_t)(digit(text[2 * i]) << 4 | digit(text[2 * i + 1]));
    }
    return (struct store_bytes){.bytes = kept, .count = bytes};
}

size_t store_hex_items(const char *array, struct nb_arena *arena, struct store_bytes *ret_items,
                       size_t most)
{
    const char *at = array == NULL ? "}" : array + 1;
    size_t count = 0;

    while (*at != '}' && count < most) {
        size_t length = strcspn(at, ",}");
        ret_items[count++] = item(at, length / 2, arena);
        at += length;
        at += *at == ',';
    }
    return count;
}
