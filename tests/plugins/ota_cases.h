/*
 * What the tests of OpenTravel share: one stay, its answers (fixtures/ota), and a way to change one
 * place of an answer and read it.
 */
#ifndef TESTS_PLUGINS_OTA_CASES_H
#define TESTS_PLUGINS_OTA_CASES_H

#include "core/base/arena.h"
#include "plugins/kit/ota_read.h"

#define OTA_REFERENCE "0c5d1d6a3b1e4f6b9a547f2f6c1b2a90"

/* Two nights of two adults and two children in one room of 51351, for 30,000 points at most. */
extern const struct nb_operation ota_stay;
extern const struct kit_gateway_settings ota_settings;

/* Memory of `arena` for a call. */
struct nb_call ota_call(struct nb_arena *arena);
/* The text of a fixture by its name without the ending; the caller frees it. */
char *ota_fixture(const char *name);
/* The text with every `from` as `to`; fails the test when there is none. The caller frees it. */
char *ota_changed(const char *text, const char *from, const char *to);
/* What the kit makes of a body with that HTTP status; a body that is no XML is told as none. */
struct kit_ota_answer ota_answer(struct nb_arena *arena, enum nb_operation_kind asked,
                                 const char *body, size_t bytes, uint32_t status);

#endif
