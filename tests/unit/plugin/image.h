/*
 * A real plugin's file in memory, to be changed by one detail and judged again.
 * Fails the running test when the file is not there or the detail is not found.
 */
#ifndef NB_TESTS_PLUGIN_IMAGE_H
#define NB_TESTS_PLUGIN_IMAGE_H

#include "core/plugin/loader.h"

#include <elf.h>

/* The path of something that stands beside this test program
 * ("plugins/skeleton.so"); nb_free it. */
char *image_path(const char *name);
/* Reads it; plugin_image_fini when done. */
struct plugin_image image_of(const char *name);
/* The descriptor as it stands in the file; change it in place. */
struct nb_plugin *image_descriptor(struct plugin_image *image);
/* The n-th program header of that type, from 0. */
Elf64_Phdr *image_segment(struct plugin_image *image, uint32_t type, int n);
/* The dynamic entry with that tag, or NULL. */
Elf64_Dyn *image_dynamic(struct plugin_image *image, int64_t tag);
/* Overwrites every `from` that ends a name of the string table (linkers let names share their ends)
 * by a `to` of the same length. */
void image_rename(struct plugin_image *image, const char *from, const char *to);
/* The code of the refusal, or "" when it is accepted; err may be NULL. */
const char *image_verdict(const struct plugin_image *image, struct nb_err *err);

#endif
