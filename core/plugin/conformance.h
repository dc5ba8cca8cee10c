/*
 * Whether a plugin keeps the contract of nb_plugin.h: what `nightbridge plugin check FILE` runs.
 * Everything is tried through real plugin hosts, so a plugin that crashes or hangs fails its check
 * and nothing else.
 */
#ifndef NB_PLUGIN_CONFORMANCE_H
#define NB_PLUGIN_CONFORMANCE_H

#include "core/base/err.h"

#include <stdint.h>
#include <stdio.h>

struct plugin_conformance_report {
    uint32_t passed;
    uint32_t failed;
    char first_failure[256]; /* empty when none */
};

/* Writes one line a check to out ("ok" or "FAILED", what, why); true when none failed.
 * host_program: nightbridge-plugin-host, NULL = beside this executable. */
bool plugin_conformance_run(const char *path, const char *host_program, FILE *out,
                            struct plugin_conformance_report *report) NB_MUST_CHECK;

#endif
