/* A plugin's file is judged by its bytes: each detail that is wrong is named,
 * nothing of it runs. */
#include "core/base/mem.h"
#include "tests/unit/plugin/image.h"

#include <criterion/criterion.h>
#include <ctype.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

TestSuite(plugin_loader, .timeout = 60);

#define PLUGIN "plugins/skeleton.so"

static void spoil_magic(struct plugin_image *image)
{
    image_descriptor(image)->magic = 0x1122334455667788u;
}

static void spoil_major(struct plugin_image *image)
{
    image_descriptor(image)->abi_major = NB_ABI_MAJOR + 1;
}

static void spoil_major_zero(struct plugin_image *image)
{
    image_descriptor(image)->abi_major = 0;
}

static void spoil_minor(struct plugin_image *image)
{
    image_descriptor(image)->abi_minor = NB_ABI_MINOR + 1;
}

static void spoil_size(struct plugin_image *image)
{
    image_descriptor(image)->size += 8;
}

static void spoil_product(struct plugin_image *image)
{
    image_descriptor(image)->product = 9;
}

static void spoil_capability(struct plugin_image *image)
{
    image_descriptor(image)->capabilities |= 1u << 30;
}

static void spoil_read(struct plugin_image *image)
{
    image_descriptor(image)->capabilities &= ~(uint32_t)NB_CAN_READ;
}

static void spoil_reserved(struct plugin_image *image)
{
    image_descriptor(image)->reserved[1] = 1;
}

static void spoil_state(struct plugin_image *image)
{
    image_descriptor(image)->state_bytes = NB_STATE_BYTES_MAX + 1;
}

static void spoil_rules(struct plugin_image *image)
{
    image_descriptor(image)->rule_count = NB_RULES_MAX + 1;
}

static void spoil_name(struct plugin_image *image)
{
    image_descriptor(image)->name[0] = '-';
}

static void spoil_name_end(struct plugin_image *image)
{
    memset(image_descriptor(image)->name, 'a', NB_PLUGIN_NAME_TEXT);
}

static void spoil_version(struct plugin_image *image)
{
    image_descriptor(image)->version[0] = 'v';
}

static void spoil_title(struct plugin_image *image)
{
    image_descriptor(image)->title[0] = '\0';
}

static void spoil_symbol(struct plugin_image *image)
{
    image_rename(image, "nb_plugin", "nb_plugim");
}

static void spoil_import(struct plugin_image *image)
{
    image_rename(image, "strlen", "system");
}

static void spoil_library(struct plugin_image *image)
{
    image_rename(image, "libc.so.6", "libx.so.6");
}

/* An entry that says nothing to us becomes another one. */
static void replace_tag(struct plugin_image *image, int64_t tag, uint64_t value)
{
    Elf64_Dyn *entry = image_dynamic(image, DT_VERNEEDNUM);
    entry->d_tag = tag;
    entry->d_un.d_val = value;
}

static void spoil_init(struct plugin_image *image)
{
    replace_tag(image, DT_INIT, 0x1000);
}

static void spoil_init_array(struct plugin_image *image)
{
    replace_tag(image, DT_INIT_ARRAYSZ, 8);
}

static void spoil_run_path(struct plugin_image *image)
{
    replace_tag(image, DT_RUNPATH, 1);
}

static void spoil_audit(struct plugin_image *image)
{
    replace_tag(image, DT_AUDIT, 1);
}

static void spoil_resolver(struct plugin_image *image)
{
    uint64_t address = image_dynamic(image, DT_RELA)->d_un.d_ptr;
    Elf64_Rela *relocation = (Elf64_Rela *)(void *)(image->bytes + address);
#if defined(__x86_64__)
    relocation->r_info = R_X86_64_IRELATIVE;
#else
    relocation->r_info = R_AARCH64_IRELATIVE;
#endif
}

/* The table that a careless reader would take, against the address that the linker goes to. */
static void spoil_import_behind_offset(struct plugin_image *image)
{
    image_rename(image, "strlen", "system");
    image_segment(image, PT_DYNAMIC, 0)->p_offset = image->count - 16;
}

static void spoil_overlap(struct plugin_image *image)
{
    image_segment(image, PT_LOAD, 1)->p_vaddr = image_segment(image, PT_LOAD, 0)->p_vaddr;
}

static void spoil_machine(struct plugin_image *image)
{
    ((Elf64_Ehdr *)(void *)image->bytes)->e_machine = EM_RISCV;
}

static void spoil_type(struct plugin_image *image)
{
    ((Elf64_Ehdr *)(void *)image->bytes)->e_type = ET_REL;
}

static void spoil_elf(struct plugin_image *image)
{
    memcpy(image->bytes, "#!/bin/sh\n", 10);
}

static void spoil_dynamic(struct plugin_image *image)
{
    image_segment(image, PT_DYNAMIC, 0)->p_type = PT_NULL;
}

static const struct spoiled {
    void (*spoil)(struct plugin_image *image);
    const char *code;
    const char *found;  /* in the text */
    const char *wanted; /* in the text */
    const char *why;
} spoiled[] = {
    {spoil_elf, "plugin_not_elf", "another kind of file", "shared object", "a script"},
    {spoil_machine, "plugin_not_elf", "another machine", "this machine", "another processor"},
    {spoil_type, "plugin_not_elf", "no shared object", "shared object", "an object file"},
    {spoil_dynamic, "plugin_not_elf", "without a dynamic segment", "wanted", "a static file"},
    {spoil_symbol, "plugin_symbol", "no symbol nb_plugin", "not a plugin", "any other library"},
    {spoil_magic, "plugin_magic", "1122334455667788", "314e4947554c504e", "not our descriptor"},
    {spoil_major, "plugin_abi", "ABI 2.0", "1.0 to 1.1", "a later house's plugin"},
    {spoil_major_zero, "plugin_abi", "ABI 0.0", "1.0 to 1.1", "an earlier house's plugin"},
    {spoil_minor, "plugin_abi", "ABI 1.2", "1.0 to 1.1", "it may need what we lack"},
    {spoil_size, "plugin_size", "288", "280", "another layout under the same version"},
    {spoil_product, "plugin_product", "9", "1 (stay) or 2 (travel)", "a kind we cannot sell"},
    {spoil_capability, "plugin_capabilities", "40000", "known", "it can what we do not know"},
    {spoil_read, "plugin_capabilities", "book", "read", "a lost answer could never be settled"},
    {spoil_reserved, "plugin_reserved", "reserved", "zero", "a later minor may use them"},
    {spoil_state, "plugin_sizes", "4097", "4096", "a state too large to seal with each step"},
    {spoil_rules, "plugin_sizes", "257", "256", "more rules than a call carries"},
    {spoil_name, "plugin_name", "name", "lower-case", "it becomes a path and a metric"},
    {spoil_name_end, "plugin_name", "name", "lower-case", "a name without an end"},
    {spoil_version, "plugin_version_text", "version", "digits and dots", "a version to compare"},
    {spoil_title, "plugin_title", "title", "no title", "people must know it"},
    {spoil_library, "plugin_library", "libx.so.6", "only the C library", "code nobody checked"},
    {spoil_import, "plugin_forbidden_symbol", "system", "translates", "it would act"},
    {spoil_init, "plugin_constructor", "DT_INIT", "-nostartfiles", "it would run at loading"},
    {spoil_init_array, "plugin_constructor", "DT_INIT_ARRAY", "-nostartfiles", "the same"},
    {spoil_resolver, "plugin_constructor", "resolver", "-nostartfiles", "an indirect function"},
    {spoil_run_path, "plugin_library", "search path", "system's own", "another libc could come"},
    {spoil_audit, "plugin_library", "auditing", "system's own", "it loads a library of its own"},
    {spoil_import_behind_offset, "plugin_forbidden_symbol", "system", "translates",
     "the linker goes by address, not by offset"},
    {spoil_overlap, "plugin_not_elf", "overlap", "wanted", "what is read is not what is loaded"},
};

/* Of a sanitizer's build a few things are taken that it cannot do without. */
static bool only_without_sanitizer(const struct spoiled *row)
{
#ifdef __SANITIZE_ADDRESS__
    return row->spoil == spoil_init_array || row->spoil == spoil_init;
#else
    (void)row;
    return false;
#endif
}

Test(plugin_loader, refuses_what_is_wrong_and_says_what_it_found_and_wanted)
{
    for (size_t i = 0; i < NB_COUNT(spoiled); i++) {
        if (only_without_sanitizer(&spoiled[i])) {
            continue;
        }
        struct plugin_image image = image_of(PLUGIN);
        struct nb_err err;
        spoiled[i].spoil(&image);
        cr_expect_str_eq(image_verdict(&image, &err), spoiled[i].code, "%s: %s", spoiled[i].why,
                         err.text);
        cr_expect(strstr(err.text, spoiled[i].found) != NULL, "%s: found \"%s\"? %s",
                  spoiled[i].why, spoiled[i].found, err.text);
        cr_expect(strstr(err.text, spoiled[i].wanted) != NULL, "%s: wanted \"%s\"? %s",
                  spoiled[i].why, spoiled[i].wanted, err.text);
        plugin_image_fini(&image);
    }
}

Test(plugin_loader, accepts_every_plugin_of_the_house)
{
    static const char *const names[] = {"choice", "ihg", "marriott", "skeleton", "wyndham"};
    for (size_t i = 0; i < NB_COUNT(names); i++) {
        char file[64];
        snprintf(file, sizeof(file), "plugins/%s.so", names[i]);
        NB_AUTOFREE char *path = image_path(file);
        struct plugin_identity identity;
        struct nb_err err = {0};
        cr_assert(plugin_file_check(path, NULL, &identity, &err), "%s: %s", file, err.text);
        cr_expect_str_eq(identity.name, names[i]);
        cr_expect_eq(identity.abi_major, NB_ABI_MAJOR);
        cr_expect_eq(identity.product, NB_PRODUCT_STAY);
        cr_expect((identity.capabilities & NB_CAN_READ) != 0);
    }
    NB_AUTOFREE char *path = image_path("plugins/skymiles.so");
    struct plugin_identity identity;
    struct nb_err err = {0};
    cr_assert(plugin_file_check(path, NULL, &identity, &err), "%s", err.text);
    cr_expect_str_eq(identity.name, "skymiles");
    cr_expect_eq(identity.product, NB_PRODUCT_TRAVEL);
    cr_expect_eq(identity.capabilities, NB_CAN_ASSIST, "a flight is booked by a person");
}

Test(plugin_loader, refuses_a_file_cut_at_any_length)
{
    struct plugin_image whole = image_of(PLUGIN);
    size_t loaded = 0; /* what follows the last segment is of no use to a loader */
    for (int i = 0; i < ((Elf64_Ehdr *)(void *)whole.bytes)->e_phnum; i++) {
        Elf64_Phdr segment;
        memcpy(&segment,
               whole.bytes + ((Elf64_Ehdr *)(void *)whole.bytes)->e_phoff +
                   (size_t)i * sizeof(segment),
               sizeof(segment));
        size_t end = segment.p_type == PT_LOAD ? segment.p_offset + segment.p_filesz : 0;
        loaded = end > loaded ? end : loaded;
    }
    for (size_t count = 0; count < loaded; count += count < 1024 ? 1 : 61) {
        /* A copy of that length, so that a read past its end is seen by the sanitizer. */
        struct plugin_image cut = {.bytes = nb_alloc(count + 1), .count = count};
        memcpy(cut.bytes, whole.bytes, count);
        cr_expect_str_eq(image_verdict(&cut, NULL), "plugin_not_elf", "%zu bytes", count);
        plugin_image_fini(&cut);
    }
    plugin_image_fini(&whole);
}

Test(plugin_loader, survives_any_byte_that_lies)
{
    struct plugin_image image = image_of(PLUGIN);
    uint32_t random = 1;
    for (int i = 0; i < 4000; i++) {
        random = random * 1664525u + 1013904223u;
        /* Headers, symbols and the dynamic table are where a lie could lead astray. */
        size_t at = i % 2 == 0
                        ? (random >> 8) % 4096
                        : image_segment(&image, PT_DYNAMIC, 0)->p_offset + (random >> 8) % 512;
        uint8_t before = image.bytes[at];
        image.bytes[at] = (uint8_t)(random >> 24);
        (void)image_verdict(&image, NULL);
        image.bytes[at] = before;
    }
    cr_expect_str_eq(image_verdict(&image, NULL), "");
    plugin_image_fini(&image);
}

Test(plugin_loader, takes_only_the_file_whose_hash_was_installed)
{
    struct plugin_image image = image_of(PLUGIN);
    struct plugin_identity identity, again;
    struct nb_err err = {0};
    cr_assert(plugin_image_check(&image, NULL, &identity, &err));
    cr_expect_eq(strlen(identity.sha256), PLUGIN_SHA256_TEXT - 1);
    cr_expect(plugin_image_check(&image, identity.sha256, &again, &err));
    char upper[PLUGIN_SHA256_TEXT];
    for (size_t i = 0; i < sizeof(upper); i++) {
        upper[i] = (char)toupper((unsigned char)identity.sha256[i]);
    }
    cr_expect(plugin_image_check(&image, upper, &again, &err),
              "the case of hexadecimal is no matter");
    image.bytes[image.count - 1] ^= 1;
    cr_expect_not(plugin_image_check(&image, identity.sha256, &again, &err));
    cr_expect_str_eq(err.code, "plugin_sha256");
    cr_expect(strstr(err.text, "found") != NULL && strstr(err.text, "wanted") != NULL);
    identity.sha256[63] = '\0';
    cr_expect_not(plugin_image_check(&image, identity.sha256, &again, &err), "a hash cut short");
    cr_expect_not(plugin_image_check(&image, "", &again, &err), "an empty hash is not `any`");
    plugin_image_fini(&image);
}

Test(plugin_loader, reads_regular_files_of_a_sane_size_only)
{
    char folder[] = "/tmp/plugin_loader.XXXXXX";
    cr_assert_not_null(mkdtemp(folder));
    char path[64];
    struct plugin_image image;
    struct nb_err err = {0};
    snprintf(path, sizeof(path), "%s/x.so", folder);
    cr_expect_not(plugin_image_read(path, &image, &err), "nothing there");
    cr_expect_eq(err.kind, NB_ERR_NOT_FOUND);
    cr_expect_not(plugin_image_read(folder, &image, &err), "a folder");
    cr_expect_eq(err.kind, NB_ERR_NOT_FOUND);
    cr_assert_eq(mkfifo(path, 0600), 0);
    cr_expect_not(plugin_image_read(path, &image, &err), "a pipe would block");
    cr_expect_eq(err.kind, NB_ERR_NOT_FOUND);
    cr_assert_eq(unlink(path), 0);
    int fd = open(path, O_CREAT | O_WRONLY, 0600);
    cr_expect_not(plugin_image_read(path, &image, &err), "empty");
    cr_expect_eq(err.kind, NB_ERR_LIMIT);
    cr_assert_eq(ftruncate(fd, (off_t)PLUGIN_FILE_BYTES_MAX + 1), 0);
    cr_expect_not(plugin_image_read(path, &image, &err), "larger than any plugin");
    cr_expect_eq(err.kind, NB_ERR_LIMIT);
    cr_expect(strstr(err.text, "8388609") != NULL && strstr(err.text, "8388608") != NULL);
    close(fd);
    unlink(path);
    rmdir(folder);
}
