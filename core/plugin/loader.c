#include "core/plugin/loader.h"

#include "core/base/mem.h"
#include "core/plugin/elf_file.h"

#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

/* Pure functions of the C library that a translator needs, and what compiler and linker add. */
static const char *const allowed_symbols[] = {
    "memcpy",
    "memmove",
    "memset",
    "memcmp",
    "memchr",
    "strlen",
    "strnlen",
    "strcmp",
    "strncmp",
    "strchr",
    "strrchr",
    "strstr",
    "strspn",
    "strcspn",
    "snprintf",
    "vsnprintf",
    "__memcpy_chk",
    "__memmove_chk",
    "__memset_chk",
    "__snprintf_chk",
    "__vsnprintf_chk",
    "__stack_chk_fail",
    "__stack_chk_guard",
};

#ifdef __SANITIZE_ADDRESS__
#define SANITIZED true
#else
#define SANITIZED false
#endif
/* The compiler tells a program of one sanitizer only; the Makefile tells of the other. */
#ifdef NB_SANITIZE_UNDEFINED
#define SANITIZED_UNDEFINED true
#else
#define SANITIZED_UNDEFINED false
#endif

/* All of them are in every plugin host already: none is looked for on behalf of a plugin. */
static const char *const allowed_libraries[] = {
    "libc.so.6",
#ifdef __x86_64__
    "ld-linux-x86-64.so.2",
#elif defined(__aarch64__)
    "ld-linux-aarch64.so.1",
#endif
#ifdef NB_SANITIZE_UNDEFINED
    "libubsan.so.1",
#endif
};

static bool starts_with(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

static bool listed(const char *const *list, size_t count, const char *word)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(list[i], word) == 0) {
            return true;
        }
    }
    return false;
}

bool plugin_image_read(const char *path, struct plugin_image *ret_image, struct nb_err *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    struct stat about;
    if (fd < 0 || fstat(fd, &about) != 0 || !S_ISREG(about.st_mode)) {
        if (fd >= 0) {
            close(fd);
        }
        return nb_err_set(err, NB_ERR_NOT_FOUND, "plugin_not_found",
                          "There is no readable plugin file at that path.");
    }
    if (about.st_size <= 0 || about.st_size > (off_t)PLUGIN_FILE_BYTES_MAX) {
        close(fd);
        return nb_err_set(err, NB_ERR_LIMIT, "plugin_file_size",
                          "The plugin file has %lld bytes, wanted 1 to %u.",
                          (long long)about.st_size, PLUGIN_FILE_BYTES_MAX);
    }
    struct plugin_image image = {.bytes = nb_alloc((size_t)about.st_size)};
    ssize_t got = 1;
    while (image.count < (size_t)about.st_size && got > 0) {
        got = read(fd, image.bytes + image.count, (size_t)about.st_size - image.count);
        image.count += got > 0 ? (size_t)got : 0;
    }
    close(fd);
    *ret_image = image;
    return true;
}

void plugin_image_fini(struct plugin_image *image)
{
    image->bytes = nb_free(image->bytes);
    image->count = 0;
}

static bool check_sha256(const struct plugin_image *image, const char *want,
                         char ret_text[PLUGIN_SHA256_TEXT], struct nb_err *err)
{
    unsigned char digest[crypto_hash_sha256_BYTES];
    crypto_hash_sha256(digest, image->bytes, image->count);
    sodium_bin2hex(ret_text, PLUGIN_SHA256_TEXT, digest, sizeof(digest));
    if (want != NULL && strcasecmp(want, ret_text) != 0) {
        return nb_err_set(err, NB_ERR_INVALID, "plugin_sha256",
                          "The plugin file is not the installed one: found SHA-256 %.12s..., "
                          "wanted %.12s....",
                          ret_text, want);
    }
    return true;
}

static bool name_sound(const char *name, size_t bytes)
{
    size_t length = strnlen(name, bytes);
    if (length == 0 || length == bytes || name[0] < 'a' || name[0] > 'z') {
        return false;
    }
    return strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") == length;
}

static bool check_numbers(const struct nb_plugin *plugin, struct nb_err *err)
{
    if (plugin->product != NB_PRODUCT_STAY && plugin->product != NB_PRODUCT_TRAVEL) {
        return nb_err_set(err, NB_ERR_INVALID, "plugin_product",
                          "The plugin's product kind is %u, wanted 1 (stay) or 2 (travel).",
                          plugin->product);
    }
    if ((plugin->capabilities & ~(uint32_t)NB_CAPABILITIES) != 0) {
        return nb_err_set(err, NB_ERR_INVALID, "plugin_capabilities",
                          "The plugin's capabilities are %x, known are %x.", plugin->capabilities,
                          (unsigned)NB_CAPABILITIES);
    }
    if ((plugin->capabilities & NB_CAN_COMMIT) != 0 && (plugin->capabilities & NB_CAN_READ) == 0) {
        return nb_err_set(
            err, NB_ERR_INVALID, "plugin_capabilities",
            "The plugin can book but not read: a lost answer could never be settled.");
    }
    if (plugin->reserved[0] != 0 || plugin->reserved[1] != 0) {
        return nb_err_set(err, NB_ERR_INVALID, "plugin_reserved",
                          "The descriptor's reserved fields are not zero.");
    }
    if (plugin->state_bytes > NB_STATE_BYTES_MAX ||
        plugin->settings_bytes > NB_SETTINGS_BYTES_MAX || plugin->option_count > NB_ROWS_MAX ||
        plugin->rule_count > NB_RULES_MAX || plugin->spend_order_count > NB_ROWS_MAX ||
        plugin->give_count > NB_ROWS_MAX) {
        return nb_err_set(err, NB_ERR_INVALID, "plugin_sizes",
                          "The plugin asks for %u bytes of state, %u of settings and %u rules; the "
                          "ceilings are %u, %u and %u.",
                          plugin->state_bytes, plugin->settings_bytes, plugin->rule_count,
                          NB_STATE_BYTES_MAX, NB_SETTINGS_BYTES_MAX, NB_RULES_MAX);
    }
    return true;
}

static bool check_names(const struct nb_plugin *plugin, struct nb_err *err)
{
    size_t version = strnlen(plugin->version, sizeof(plugin->version));
    if (!name_sound(plugin->name, sizeof(plugin->name))) {
        return nb_err_set(err, NB_ERR_INVALID, "plugin_name",
                          "The plugin's name must be lower-case letters, digits and _.");
    }
    if (version == 0 || version == sizeof(plugin->version) ||
        strspn(plugin->version, "0123456789.") != version) {
        return nb_err_set(err, NB_ERR_INVALID, "plugin_version_text",
                          "The plugin's own version must be digits and dots.");
    }
    if (memchr(plugin->title, '\0', sizeof(plugin->title)) == NULL || plugin->title[0] == '\0') {
        return nb_err_set(err, NB_ERR_INVALID, "plugin_title", "The plugin has no title.");
    }
    return true;
}

bool plugin_descriptor_check(const struct nb_plugin *plugin, struct nb_err *err)
{
    if (plugin->magic != NB_PLUGIN_MAGIC) {
        return nb_err_set(err, NB_ERR_INVALID, "plugin_magic",
                          "The descriptor's magic is %016llx, wanted %016llx.",
                          (unsigned long long)plugin->magic, (unsigned long long)NB_PLUGIN_MAGIC);
    }
    if (plugin->abi_major != NB_ABI_MAJOR || plugin->abi_minor > NB_ABI_MINOR) {
        return nb_err_set(
            err, NB_ERR_INVALID, "plugin_abi",
            "The plugin is made for ABI %u.%u, this house speaks %u.0 to %u.%u: build "
            "it again with this nb_plugin.h.",
            plugin->abi_major, plugin->abi_minor, NB_ABI_MAJOR, NB_ABI_MAJOR, NB_ABI_MINOR);
    }
    if (plugin->size != sizeof(struct nb_plugin)) {
        return nb_err_set(err, NB_ERR_INVALID, "plugin_size",
                          "The descriptor has %u bytes, wanted %zu.", plugin->size,
                          sizeof(struct nb_plugin));
    }
    return check_numbers(plugin, err) && check_names(plugin, err);
}

static bool find_descriptor(const struct elf_file *file, struct nb_plugin *ret_plugin,
                            struct nb_err *err)
{
    for (size_t i = 1; i < file->symbol_count; i++) {
        Elf64_Sym symbol;
        const char *name = elf_file_symbol(file, i, &symbol);
        if (name == NULL || strcmp(name, NB_PLUGIN_SYMBOL) != 0 || symbol.st_shndx == SHN_UNDEF) {
            continue;
        }
        if (ELF64_ST_TYPE(symbol.st_info) != STT_OBJECT) {
            return nb_err_set(err, NB_ERR_INVALID, "plugin_symbol",
                              "The symbol %s is not data: it must be a const struct nb_plugin.",
                              NB_PLUGIN_SYMBOL);
        }
        /* Only the scalars are looked at: pointers are zero until the file is relocated. A shorter
         * descriptor of another version still shows its magic and version. */
        size_t scalars = offsetof(struct nb_plugin, options);
        const uint8_t *bytes =
            symbol.st_size < scalars ? NULL : elf_file_at(file, symbol.st_value, scalars);
        if (bytes == NULL) {
            return nb_err_set(err, NB_ERR_INVALID, "plugin_size",
                              "The descriptor has %llu bytes in the file, wanted %zu.",
                              (unsigned long long)symbol.st_size, sizeof(struct nb_plugin));
        }
        memset(ret_plugin, 0, sizeof(*ret_plugin));
        memcpy(ret_plugin, bytes, scalars);
        return true;
    }
    return nb_err_set(err, NB_ERR_INVALID, "plugin_symbol",
                      "The file exports no symbol %s: it is not a plugin.", NB_PLUGIN_SYMBOL);
}

static bool check_imports(const struct elf_file *file, struct nb_err *err)
{
    for (size_t i = 1; i < file->symbol_count; i++) {
        Elf64_Sym symbol;
        const char *name = elf_file_symbol(file, i, &symbol);
        if (symbol.st_shndx != SHN_UNDEF || (name != NULL && *name == '\0')) {
            continue;
        }
        if (name != NULL && (listed(allowed_symbols, NB_COUNT(allowed_symbols), name) ||
                             (SANITIZED_UNDEFINED && starts_with(name, "__ubsan_handle_")) ||
                             (SANITIZED && starts_with(name, "__asan_")))) {
            continue;
        }
        return nb_err_set(err, NB_ERR_INVALID, "plugin_forbidden_symbol",
                          "The plugin uses %.80s, which no plugin may: it translates, it does not "
                          "act.",
                          name == NULL ? "a symbol without a name" : name);
    }
    return true;
}

/* Nothing but what the system itself gives every program, found where the system looks. */
static bool check_links(const struct elf_file *file, struct nb_err *err)
{
    static const struct {
        int64_t tag;
        const char *what;
    } ways[] = {{DT_RPATH, "a library search path of its own"},
                {DT_RUNPATH, "a library search path of its own"},
                {DT_AUDIT, "an auditing library"},
                {DT_DEPAUDIT, "an auditing library"},
                {DT_AUXILIARY, "a library in place of itself"},
                {DT_FILTER, "a library in place of itself"}};
    const char *needed;
    for (size_t i = 0; (needed = elf_file_needed(file, i)) != NULL; i++) {
        if (!listed(allowed_libraries, NB_COUNT(allowed_libraries), needed) &&
            !(SANITIZED && starts_with(needed, "libasan.so."))) {
            return nb_err_set(err, NB_ERR_INVALID, "plugin_library",
                              "The plugin needs the library %.80s; it may need only the C library.",
                              needed);
        }
    }
    for (size_t i = 0; i < NB_COUNT(ways); i++) {
        if (elf_file_has(file, ways[i].tag)) {
            return nb_err_set(err, NB_ERR_INVALID, "plugin_library",
                              "The plugin names %s; it may have only the system's own libraries.",
                              ways[i].what);
        }
    }
    return true;
}

/* The sanitizers of a test build need their constructors. */
static bool check_constructors(const struct elf_file *file, struct nb_err *err)
{
    const char *found = elf_file_has(file, DT_INIT)                      ? "DT_INIT"
                        : elf_file_dynamic(file, DT_INIT_ARRAYSZ) > 0    ? "DT_INIT_ARRAY"
                        : elf_file_dynamic(file, DT_PREINIT_ARRAYSZ) > 0 ? "DT_PREINIT_ARRAY"
                                                                         : NULL;
    if (file->resolvers > 0) {
        found = "a function resolver";
    } else if (SANITIZED) {
        found = NULL;
    }
    return found == NULL ||
           nb_err_set(err, NB_ERR_INVALID, "plugin_constructor",
                      "The plugin has code that runs when it is loaded (%s); nothing of it may run "
                      "before it is asked: link it with -nostartfiles, as the Makefile does.",
                      found);
}

bool plugin_image_check(const struct plugin_image *image, const char *want_sha256,
                        struct plugin_identity *ret_identity, struct nb_err *err)
{
    struct plugin_identity identity = {0};
    struct elf_file file;
    struct nb_plugin plugin;
    if (!check_sha256(image, want_sha256, identity.sha256, err) ||
        !elf_file_read(image->bytes, image->count, &file, err) ||
        !find_descriptor(&file, &plugin, err) || !plugin_descriptor_check(&plugin, err) ||
        !check_links(&file, err) || !check_constructors(&file, err) || !check_imports(&file, err)) {
        return false;
    }
    identity.abi_major = plugin.abi_major;
    identity.abi_minor = plugin.abi_minor;
    identity.product = plugin.product;
    identity.capabilities = plugin.capabilities;
    identity.settings_bytes = plugin.settings_bytes;
    identity.state_bytes = plugin.state_bytes;
    identity.state_version = plugin.state_version;
    memcpy(identity.name, plugin.name, sizeof(identity.name));
    memcpy(identity.version, plugin.version, sizeof(identity.version));
    memcpy(identity.title, plugin.title, sizeof(identity.title));
    *ret_identity = identity;
    return true;
}

bool plugin_file_check(const char *path, const char *want_sha256,
                       struct plugin_identity *ret_identity, struct nb_err *err)
{
    struct plugin_image image;
    if (!plugin_image_read(path, &image, err)) {
        return false;
    }
    bool sound = plugin_image_check(&image, want_sha256, ret_identity, err);
    plugin_image_fini(&image);
    return sound;
}
