#include "tests/unit/plugin/image.h"

#include "core/base/mem.h"
#include "core/plugin/process.h"

#include <criterion/criterion.h>
#include <string.h>

char *image_path(const char *name)
{
    char *path = plugin_process_beside(name);
    cr_assert_not_null(path);
    return path;
}

struct plugin_image image_of(const char *name)
{
    NB_AUTOFREE char *path = image_path(name);
    struct plugin_image image;
    struct nb_err err = {0};
    cr_assert(plugin_image_read(path, &image, &err), "%s: %s", path, err.text);
    return image;
}

Elf64_Phdr *image_segment(struct plugin_image *image, uint32_t type, int n)
{
    Elf64_Ehdr *header = (Elf64_Ehdr *)(void *)image->bytes;
    Elf64_Phdr *segments = (Elf64_Phdr *)(void *)(image->bytes + header->e_phoff);
    for (int i = 0; i < header->e_phnum; i++) {
        if (segments[i].p_type == type && n-- == 0) {
            return &segments[i];
        }
    }
    cr_assert_fail("no such segment");
    return NULL;
}

/* Of the dynamic segment's address, as the dynamic linker goes there. */
static uint8_t *bytes_at(struct plugin_image *image, uint64_t address)
{
    for (int i = 0;; i++) {
        const Elf64_Phdr *segment = image_segment(image, PT_LOAD, i);
        if (address >= segment->p_vaddr && address < segment->p_vaddr + segment->p_filesz) {
            return image->bytes + segment->p_offset + (address - segment->p_vaddr);
        }
    }
}

Elf64_Dyn *image_dynamic(struct plugin_image *image, int64_t tag)
{
    uint64_t address = image_segment(image, PT_DYNAMIC, 0)->p_vaddr;
    Elf64_Dyn *entry = (Elf64_Dyn *)(void *)bytes_at(image, address);
    for (; entry->d_tag != DT_NULL; entry++) {
        if (entry->d_tag == tag) {
            return entry;
        }
    }
    return NULL;
}

void image_rename(struct plugin_image *image, const char *from, const char *to)
{
    size_t length = strlen(from) + 1;
    uint8_t *names = bytes_at(image, image_dynamic(image, DT_STRTAB)->d_un.d_ptr);
    uint64_t count = image_dynamic(image, DT_STRSZ)->d_un.d_val;
    int found = 0;
    cr_assert_eq(strlen(from), strlen(to));
    for (uint64_t i = 1; i + length <= count; i++) {
        if (memcmp(names + i, from, length) == 0) {
            memcpy(names + i, to, length);
            found++;
        }
    }
    cr_assert_gt(found, 0, "%s is not in the string table", from);
}

struct nb_plugin *image_descriptor(struct plugin_image *image)
{
    uint64_t magic = NB_PLUGIN_MAGIC;
    uint8_t *at = memmem(image->bytes, image->count, &magic, sizeof(magic));
    cr_assert_not_null(at);
    return (struct nb_plugin *)(void *)at;
}

const char *image_verdict(const struct plugin_image *image, struct nb_err *err)
{
    static struct nb_err own;
    struct nb_err *where = err == NULL ? &own : err;
    struct plugin_identity identity;
    *where = (struct nb_err){0};
    return plugin_image_check(image, NULL, &identity, where) ? "" : where->code;
}
