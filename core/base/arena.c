#include "core/base/arena.h"

#include "core/base/err.h"
#include "core/base/mem.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define ARENA_MAGIC 0x41524e41u
#define BLOCK_BYTES ((size_t)16384)
#define ALIGNMENT alignof(max_align_t)

struct block {
    struct block *older;
    size_t used;
    size_t size;
    alignas(max_align_t) unsigned char bytes[];
};

struct nb_arena {
    unsigned magic;
    size_t ceiling;
    size_t used;         /* bytes handed out, rounded up to the alignment */
    struct block *first; /* kept over a reset */
    struct block *newest;
};

/* NULL when the system has no memory: what comes from an arena is sized from outside, so that is a
 * refusal, not a reason to abort. */
static struct block *block_create(struct block *older, size_t size)
{
    struct block *block = calloc(1, sizeof(*block) + size);

    if (block == NULL) {
        return NULL;
    }
    block->older = older;
    block->size = size;
    return block;
}

struct nb_arena *nb_arena_create(size_t ceiling_bytes)
{
    struct nb_arena *arena = nb_alloc(sizeof(*arena));

    arena->magic = ARENA_MAGIC;
    arena->ceiling = ceiling_bytes;
    return arena;
}

static void free_blocks(struct nb_arena *arena, const struct block *keep)
{
    struct block *block = arena->newest;

    while (block != NULL && block != keep) {
        struct block *older = block->older;
        free(block);
        block = older;
    }
}

struct nb_arena *nb_arena_destroy(struct nb_arena *arena)
{
    if (arena == NULL) {
        return NULL;
    }
    NB_CHECK_MAGIC(arena, ARENA_MAGIC);
    free_blocks(arena, NULL);
    arena->magic = 0;
    return nb_free(arena);
}

void nb_arena_reset(struct nb_arena *arena)
{
    NB_CHECK_MAGIC(arena, ARENA_MAGIC);
#ifdef __SANITIZE_ADDRESS__
    /* Whoever still looks there is found. */
    free_blocks(arena, NULL);
    arena->first = NULL;
    arena->newest = NULL;
#endif
    free_blocks(arena, arena->first);
    arena->newest = arena->first;
    arena->used = 0;
    if (arena->first != NULL) {
        memset(arena->first->bytes, 0, arena->first->used);
        arena->first->used = 0;
    }
}

static struct block *block_with_room(struct nb_arena *arena, size_t bytes)
{
    struct block *newest = arena->newest;

    if (newest != NULL && bytes <= newest->size - newest->used) {
        return newest;
    }
    struct block *block = block_create(newest, bytes > BLOCK_BYTES ? bytes : BLOCK_BYTES);
    if (block == NULL) {
        return NULL;
    }
    arena->newest = block;
    if (arena->first == NULL) {
        arena->first = block;
    }
    return block;
}

void *nb_arena_alloc(struct nb_arena *arena, size_t bytes)
{
    NB_CHECK_MAGIC(arena, ARENA_MAGIC);
    if (bytes > arena->ceiling) {
        return NULL;
    }
    /* A zero size still gets an address of its own. */
    size_t wanted = bytes == 0 ? 1 : bytes;
    size_t rounded = (wanted + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (rounded < wanted || rounded > arena->ceiling - arena->used) {
        return NULL;
    }
    struct block *block = block_with_room(arena, rounded);
    if (block == NULL) {
        return NULL;
    }
    void *memory = block->bytes + block->used;
    block->used += rounded;
    arena->used += rounded;
    return memory;
}

char *nb_arena_strndup(struct nb_arena *arena, const char *text, size_t bytes)
{
    size_t length = strnlen(text, bytes);

    if (length == SIZE_MAX) {
        return NULL;
    }
    char *copy = nb_arena_alloc(arena, length + 1);
    if (copy != NULL) {
        memcpy(copy, text, length);
    }
    return copy;
}

size_t nb_arena_used(const struct nb_arena *arena)
{
    NB_CHECK_MAGIC(arena, ARENA_MAGIC);
    return arena->used;
}
