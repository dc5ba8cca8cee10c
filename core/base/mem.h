/*
 * Small core allocations: abort on out of memory (nothing sensible can go on), zeroed, and cleaned
 * up by attribute. Anything sized from outside goes through arena or buf, which have ceilings.
 */
#ifndef NB_BASE_MEM_H
#define NB_BASE_MEM_H

#include "core/base/err.h"

#include <stddef.h>
#include <stdint.h>

/* Zeroed memory; gives ownership; never NULL. */
void *nb_alloc(size_t bytes) __attribute__((malloc, returns_nonnull));
void *nb_alloc_array(size_t count, size_t item_bytes) __attribute__((malloc, returns_nonnull));
char *nb_strdup(const char *text) __attribute__((malloc, returns_nonnull));
char *nb_strndup(const char *text, size_t bytes) __attribute__((malloc, returns_nonnull));
/* Frees and returns NULL, so that `p = nb_free(p)` reads well. Accepts NULL. */
void *nb_free(void *memory);

/* Locals freed at scope end: NB_AUTOFREE char *text = ...; */
void nb_autofree(void *pointer_to_pointer);
#define NB_AUTOFREE __attribute__((cleanup(nb_autofree)))

/* A magic number in every heap object and a checked cast at every void pointer. */
#define NB_CHECK_MAGIC(object, expected)                                                           \
    NB_ASSERT((object) != NULL && (object)->magic == (expected))

/* How many ended objects a pool keeps for the next ones: none under AddressSanitizer, so that
 * whoever looks at an object after its end is found. */
#ifdef __SANITIZE_ADDRESS__
#define NB_SPARE(count) ((size_t)0)
#else
#define NB_SPARE(count) ((size_t)(count))
#endif

#define NB_COUNT(array) (sizeof(array) / sizeof((array)[0]))

#endif
