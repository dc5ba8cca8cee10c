#include "core/plugin/elf_file.h"

#include <string.h>

#if defined(__x86_64__)
#define MACHINE_HERE EM_X86_64
#define RESOLVER R_X86_64_IRELATIVE
#elif defined(__aarch64__)
#define MACHINE_HERE EM_AARCH64
#define RESOLVER R_AARCH64_IRELATIVE
#else
#error "name this machine's ELF number here"
#endif

/* More than any plugin has; keeps a lying hash table from costing time. */
#define SYMBOLS_MAX 65536u
/* The smallest page there is. */
#define PAGE_BYTES UINT64_C(4096)

static bool not_elf(struct nb_err *err, const char *found)
{
    return nb_err_set(err, NB_ERR_INVALID, "plugin_not_elf",
                      "Not a plugin: found %s, wanted a 64-bit ELF shared object of this machine.",
                      found);
}

static const uint8_t *inside(const struct elf_file *file, uint64_t offset, uint64_t count)
{
    if (offset > file->count || count > file->count - offset) {
        return NULL;
    }
    return file->bytes + offset;
}

static Elf64_Phdr segment_at(const struct elf_file *file, size_t index)
{
    Elf64_Phdr segment;
    NB_ASSERT(file->segments != NULL);
    memcpy(&segment, file->segments + index * sizeof(segment), sizeof(segment));
    return segment;
}

static Elf64_Dyn dynamic_at(const struct elf_file *file, size_t index)
{
    Elf64_Dyn entry;
    NB_ASSERT(file->dynamic != NULL);
    memcpy(&entry, file->dynamic + index * sizeof(entry), sizeof(entry));
    return entry;
}

const uint8_t *elf_file_at(const struct elf_file *file, uint64_t address, size_t count)
{
    for (size_t i = 0; i < file->segment_count; i++) {
        Elf64_Phdr segment = segment_at(file, i);
        if (segment.p_type == PT_LOAD && address >= segment.p_vaddr &&
            address - segment.p_vaddr <= segment.p_filesz &&
            count <= segment.p_filesz - (address - segment.p_vaddr)) {
            uint64_t offset;
            if (__builtin_add_overflow(segment.p_offset, address - segment.p_vaddr, &offset)) {
                return NULL;
            }
            return inside(file, offset, count);
        }
    }
    return NULL;
}

uint64_t elf_file_dynamic(const struct elf_file *file, int64_t tag)
{
    for (size_t i = 0; i < file->dynamic_count; i++) {
        Elf64_Dyn entry = dynamic_at(file, i);
        if (entry.d_tag == tag) {
            return entry.d_un.d_val;
        }
    }
    return 0;
}

static const char *name_at(const struct elf_file *file, uint64_t offset)
{
    return offset < file->names_bytes ? file->names + offset : NULL;
}

const char *elf_file_needed(const struct elf_file *file, size_t n)
{
    for (size_t i = 0; i < file->dynamic_count; i++) {
        Elf64_Dyn entry = dynamic_at(file, i);
        if (entry.d_tag == DT_NEEDED && n-- == 0) {
            const char *name = name_at(file, entry.d_un.d_val);
            return name == NULL ? "" : name;
        }
    }
    return NULL;
}

const char *elf_file_symbol(const struct elf_file *file, size_t index, Elf64_Sym *ret_symbol)
{
    memcpy(ret_symbol, file->symbols + index * sizeof(*ret_symbol), sizeof(*ret_symbol));
    return name_at(file, ret_symbol->st_name);
}

static bool read_header(struct elf_file *file, struct nb_err *err)
{
    Elf64_Ehdr header;
    if (file->count < sizeof(header)) {
        return not_elf(err, "a file that is too short");
    }
    memcpy(&header, file->bytes, sizeof(header));
    if (memcmp(header.e_ident, ELFMAG, SELFMAG) != 0) {
        return not_elf(err, "another kind of file");
    }
    if (header.e_ident[EI_CLASS] != ELFCLASS64 || header.e_ident[EI_DATA] != ELFDATA2LSB ||
        header.e_machine != MACHINE_HERE) {
        return not_elf(err, "an ELF file of another machine");
    }
    if (header.e_type != ET_DYN || header.e_phentsize != sizeof(Elf64_Phdr)) {
        return not_elf(err, "an ELF file that is no shared object");
    }
    file->segments = inside(file, header.e_phoff, (uint64_t)header.e_phnum * sizeof(Elf64_Phdr));
    file->segment_count = header.e_phnum;
    return file->segments != NULL || not_elf(err, "a truncated ELF file");
}

/* Segments of one page would be mapped over each other, and what is read here would not be what is
 * loaded. In ascending order, as the dynamic linker wants them. */
static bool segments_apart(const struct elf_file *file, struct nb_err *err)
{
    uint64_t end = 0;
    for (size_t i = 0; i < file->segment_count; i++) {
        Elf64_Phdr segment = segment_at(file, i);
        if (segment.p_type != PT_LOAD) {
            continue;
        }
        uint64_t next;
        if (inside(file, segment.p_offset, segment.p_filesz) == NULL) {
            return not_elf(err, "a truncated ELF file");
        }
        if (segment.p_filesz > segment.p_memsz || segment.p_vaddr / PAGE_BYTES < end ||
            __builtin_add_overflow(segment.p_vaddr, segment.p_memsz, &next) ||
            __builtin_add_overflow(next, PAGE_BYTES - 1, &next)) {
            return not_elf(err, "segments that overlap");
        }
        end = next / PAGE_BYTES;
    }
    return true;
}

/* By address, as the dynamic linker goes there: the header's offset may say something else. */
static bool read_dynamic(struct elf_file *file, struct nb_err *err)
{
    size_t found = 0;
    for (size_t i = 0; i < file->segment_count; i++) {
        Elf64_Phdr segment = segment_at(file, i);
        if (segment.p_type == PT_DYNAMIC) {
            file->dynamic = elf_file_at(file, segment.p_vaddr, segment.p_filesz);
            file->dynamic_count = segment.p_filesz / sizeof(Elf64_Dyn);
            found++;
        }
    }
    if (file->dynamic == NULL || found != 1) {
        return not_elf(err, "an ELF file without a dynamic segment");
    }
    for (size_t i = 0; i < file->dynamic_count; i++) {
        if (dynamic_at(file, i).d_tag == DT_NULL) {
            file->dynamic_count = i;
        }
    }
    return true;
}

static uint32_t word_at(const uint8_t *bytes, size_t index)
{
    uint32_t word;
    memcpy(&word, bytes + index * sizeof(word), sizeof(word));
    return word;
}

/* The last symbol that the GNU hash table can find, plus one; 0 when the table is wrong. */
static size_t symbols_of_gnu_hash(const struct elf_file *file, uint64_t table)
{
    const uint8_t *header = elf_file_at(file, table, 4 * sizeof(uint32_t));
    if (header == NULL) {
        return 0;
    }
    uint32_t buckets = word_at(header, 0);
    uint32_t first = word_at(header, 1);
    uint32_t bloom = word_at(header, 2);
    uint64_t at = table + 16 + (uint64_t)bloom * 8;
    const uint8_t *bucket =
        buckets > SYMBOLS_MAX ? NULL : elf_file_at(file, at, (size_t)buckets * sizeof(uint32_t));
    if (bucket == NULL || first > SYMBOLS_MAX) {
        return 0;
    }
    uint32_t last = 0;
    for (uint32_t i = 0; i < buckets; i++) {
        last = word_at(bucket, i) > last ? word_at(bucket, i) : last;
    }
    if (last < first) {
        return first;
    }
    at += (uint64_t)buckets * 4;
    for (; last <= SYMBOLS_MAX; last++) {
        const uint8_t *chain = elf_file_at(file, at + (uint64_t)(last - first) * 4, 4);
        if (chain == NULL || (word_at(chain, 0) & 1u) != 0) {
            break;
        }
    }
    return (size_t)last + 1;
}

/* Relocations are what actually imports: a symbol that only they name counts as well. */
static size_t symbols_of_relocations(struct elf_file *file, uint64_t table, uint64_t bytes)
{
    const uint8_t *at = elf_file_at(file, table, bytes);
    size_t count = 0;
    for (uint64_t i = 0; at != NULL && i < bytes / sizeof(Elf64_Rela); i++) {
        Elf64_Rela relocation;
        memcpy(&relocation, at + i * sizeof(relocation), sizeof(relocation));
        size_t index = ELF64_R_SYM(relocation.r_info);
        file->resolvers += ELF64_R_TYPE(relocation.r_info) == RESOLVER;
        count = index + 1 > count ? index + 1 : count;
    }
    return count;
}

static bool read_symbols(struct elf_file *file, struct nb_err *err)
{
    file->names_bytes = elf_file_dynamic(file, DT_STRSZ);
    const uint8_t *names = elf_file_at(file, elf_file_dynamic(file, DT_STRTAB), file->names_bytes);
    if (names == NULL || file->names_bytes == 0 || names[file->names_bytes - 1] != '\0') {
        return not_elf(err, "an ELF file without names of symbols");
    }
    file->names = (const char *)names;
    const size_t counts[] = {
        symbols_of_gnu_hash(file, elf_file_dynamic(file, DT_GNU_HASH)),
        symbols_of_relocations(file, elf_file_dynamic(file, DT_RELA),
                               elf_file_dynamic(file, DT_RELASZ)),
        symbols_of_relocations(file, elf_file_dynamic(file, DT_JMPREL),
                               elf_file_dynamic(file, DT_PLTRELSZ)),
    };
    for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
        file->symbol_count = counts[i] > file->symbol_count ? counts[i] : file->symbol_count;
    }
    if (file->symbol_count > SYMBOLS_MAX) {
        return not_elf(err, "an ELF file with more symbols than a plugin has");
    }
    file->symbols = elf_file_at(file, elf_file_dynamic(file, DT_SYMTAB),
                                file->symbol_count * sizeof(Elf64_Sym));
    return file->symbols != NULL || not_elf(err, "an ELF file with broken symbols");
}

bool elf_file_has(const struct elf_file *file, int64_t tag)
{
    for (size_t i = 0; i < file->dynamic_count; i++) {
        if (dynamic_at(file, i).d_tag == tag) {
            return true;
        }
    }
    return false;
}

bool elf_file_read(const uint8_t *bytes, size_t count, struct elf_file *ret_file,
                   struct nb_err *err)
{
    struct elf_file file = {.bytes = bytes, .count = count};
    if (!read_header(&file, err) || !segments_apart(&file, err) || !read_dynamic(&file, err) ||
        !read_symbols(&file, err)) {
        return false;
    }
    *ret_file = file;
    return true;
}
