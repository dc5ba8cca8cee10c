#include "core/base/mem.h"

#include "core/base/err.h"
#include "core/base/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Plain write and abort: formatting or logging may itself want memory; what waits is written
 * already. */
static _Noreturn void out_of_memory(void)
{
    nb_log_flush();
    (void)fputs("out of memory\n", stderr);
    abort();
}

void *nb_alloc(size_t bytes)
{
    return nb_alloc_array(1, bytes);
}

void *nb_alloc_array(size_t count, size_t item_bytes)
{
    /* calloc refuses a product that overflows; a zero size still has to give an address. */
    void *memory = calloc(count == 0 ? 1 : count, item_bytes == 0 ? 1 : item_bytes);

    if (memory == NULL) {
        out_of_memory();
    }
    return memory;
}

char *nb_strdup(const char *text)
{
    return nb_strndup(text, strlen(text));
}

char *nb_strndup(const char *text, size_t bytes)
{
    size_t length = strnlen(text, bytes);

    if (length == SIZE_MAX) {
        out_of_memory();
    }
    char *copy = nb_alloc(length + 1);
    memcpy(copy, text, length);
    return copy;
}

void *nb_free(void *memory)
{
    free(memory);
    return NULL;
}

void nb_autofree(void *pointer_to_pointer)
{
    void *memory = NULL;

    /* The caller's variable is of any pointer type, so it is read as bytes. */
    memcpy(&memory, pointer_to_pointer, sizeof(memory));
    free(memory);
}
