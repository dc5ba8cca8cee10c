/*
 * Judges a plugin's file without loading it: loading would run its constructors. The order of the
 * checks is: bytes (SHA-256), kind of file, descriptor, magic, version, size, names, needed
 * libraries, code that would run at loading, symbols. A refusal says what was found and what was
 * wanted. The symbol list is hygiene; the wall is the plugin host's filter (core/plugin/host.h).
 */
#ifndef NB_PLUGIN_LOADER_H
#define NB_PLUGIN_LOADER_H

#include "core/base/err.h"
#include "core/plugin/nb_plugin.h"

#include <stddef.h>
#include <stdint.h>

#define PLUGIN_FILE_BYTES_MAX (8u << 20)
#define PLUGIN_SHA256_TEXT 65

/* A plugin's file in memory, so that what was checked is what is loaded. */
struct plugin_image {
    uint8_t *bytes; /* owned */
    size_t count;
};

/* What the file says of itself. */
struct plugin_identity {
    uint32_t abi_major;
    uint32_t abi_minor;
    uint32_t product;
    uint32_t capabilities;
    uint32_t settings_bytes;
    uint32_t state_bytes;
    uint32_t state_version;
    char name[NB_PLUGIN_NAME_TEXT];
    char version[NB_PLUGIN_VERSION_TEXT];
    char title[NB_PLUGIN_TITLE_TEXT];
    char sha256[PLUGIN_SHA256_TEXT]; /* lower-case hexadecimal */
};

/* NB_ERR_NOT_FOUND, or NB_ERR_LIMIT over PLUGIN_FILE_BYTES_MAX. Free with plugin_image_fini. */
bool plugin_image_read(const char *path, struct plugin_image *ret_image,
                       struct nb_err *err) NB_MUST_CHECK;
void plugin_image_fini(struct plugin_image *image);
/* want_sha256: hexadecimal, or NULL to accept any (installing, conformance). */
bool plugin_image_check(const struct plugin_image *image, const char *want_sha256,
                        struct plugin_identity *ret_identity, struct nb_err *err) NB_MUST_CHECK;
/* Both at once. */
bool plugin_file_check(const char *path, const char *want_sha256,
                       struct plugin_identity *ret_identity, struct nb_err *err) NB_MUST_CHECK;
/* The part of the check that looks at a descriptor's own numbers and names;
 * pointers are not used. */
bool plugin_descriptor_check(const struct nb_plugin *plugin, struct nb_err *err) NB_MUST_CHECK;

#endif
