/*
 * A program's fixtures: answers of a gateway, and prices, written down as JSON with what the plugin
 * is to make of them, and played against it through a real plugin host. The format stands in
 * plugins/README.md; a member that it does not name is an error, so nothing is expected in vain.
 */
#ifndef NB_PLUGIN_FIXTURE_H
#define NB_PLUGIN_FIXTURE_H

#include "core/plugin/conformance.h"

/* Plays every *.json of the folder, in order of name, and writes one line each ("ok" or "FAILED",
 * file, why). True when there was one and none failed. host_program as in conformance.h. */
bool plugin_fixtures_run(const char *path, const char *host_program, const char *folder, FILE *out,
                         struct plugin_conformance_report *report) NB_MUST_CHECK;

#endif
