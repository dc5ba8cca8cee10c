/*
 * What a 64-bit ELF shared object says about itself, read from its bytes: dynamic symbols, needed
 * libraries, constructors, and the bytes that stand at an address. Nothing of it runs.
 * Only what the dynamic linker itself would use is looked at (segments, not sections).
 * Invariant: every offset comes from a stranger and is checked against the bytes there are.
 */
#ifndef NB_PLUGIN_ELF_FILE_H
#define NB_PLUGIN_ELF_FILE_H

#include "core/base/err.h"

#include <elf.h>
#include <stddef.h>
#include <stdint.h>

struct elf_file {
    const uint8_t *bytes; /* borrowed */
    size_t count;
    const uint8_t *segments; /* program headers */
    size_t segment_count;
    const uint8_t *dynamic;
    size_t dynamic_count;
    const uint8_t *symbols;
    size_t symbol_count;
    const char *names; /* the dynamic string table, ends with a NUL */
    size_t names_bytes;
    size_t resolvers; /* relocations that call a function of the file when it is loaded */
};

/* NB_ERR_INVALID, code plugin_not_elf, when the bytes are no shared object of this machine. */
bool elf_file_read(const uint8_t *bytes, size_t count, struct elf_file *ret_file,
                   struct nb_err *err) NB_MUST_CHECK;
/* The symbol and its name; NULL name when the file's own offset is wrong. index < symbol_count. */
const char *elf_file_symbol(const struct elf_file *file, size_t index, Elf64_Sym *ret_symbol);
/* The file's bytes of [address, address + count), or NULL when no segment holds them all. */
const uint8_t *elf_file_at(const struct elf_file *file, uint64_t address, size_t count);
/* The n-th needed library, from 0; NULL after the last. */
const char *elf_file_needed(const struct elf_file *file, size_t n);
/* Whether a dynamic tag is there at all, and its value (0 when it is not). */
bool elf_file_has(const struct elf_file *file, int64_t tag);
uint64_t elf_file_dynamic(const struct elf_file *file, int64_t tag);

#endif
