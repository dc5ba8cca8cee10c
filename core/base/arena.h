/*
 * A bump allocator with a ceiling: everything of one request or call is freed at once.
 * Memory is zeroed and aligned for any type. NULL only when the ceiling is reached.
 */
#ifndef NB_BASE_ARENA_H
#define NB_BASE_ARENA_H

#include <stddef.h>

struct nb_arena;

/* Gives an arena that will hand out at most ceiling_bytes. */
struct nb_arena *nb_arena_create(size_t ceiling_bytes);
/* Frees everything; accepts NULL; returns NULL. */
struct nb_arena *nb_arena_destroy(struct nb_arena *arena);
/* Forgets everything handed out and keeps the first block. */
void nb_arena_reset(struct nb_arena *arena);
/* NULL when the ceiling would be passed. */
void *nb_arena_alloc(struct nb_arena *arena, size_t bytes);
char *nb_arena_strndup(struct nb_arena *arena, const char *text, size_t bytes);
size_t nb_arena_used(const struct nb_arena *arena);

#endif
