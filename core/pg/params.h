/*
 * The parameters of one call, built from typed values in PostgreSQL's text format (bytea in
 * binary). Not a place for SQL: a value is never part of a statement's text. Everything added is
 * copied into the caller's arena, which must live until the call is answered.
 */
#ifndef NB_PG_PARAMS_H
#define NB_PG_PARAMS_H

#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/base/err.h"
#include "core/base/ids.h"
#include "core/base/night.h"

#include <stddef.h>
#include <stdint.h>

#define PG_PARAMS_MAX 32

struct pg_params {
    struct nb_arena *arena; /* shared; may be NULL when nothing is ever added */
    int count;
    bool failed; /* the arena's ceiling was reached: the values are incomplete */
    const char *values[PG_PARAMS_MAX];
    int lengths[PG_PARAMS_MAX];
    int formats[PG_PARAMS_MAX]; /* 0 text, 1 binary */
};

void pg_params_init(struct pg_params *params, struct nb_arena *arena);

/* Each adds the next parameter ($1, $2, ...); more than PG_PARAMS_MAX is a bug. NULL text, json,
 * bytes or id pointer is SQL NULL. */
void pg_params_null(struct pg_params *params);
void pg_params_int64(struct pg_params *params, int64_t value);
void pg_params_bool(struct pg_params *params, bool value);
void pg_params_text(struct pg_params *params, const char *text);
void pg_params_json(struct pg_params *params, const char *json);
void pg_params_bytes(struct pg_params *params, const void *bytes, size_t length);
void pg_params_public_id(struct pg_params *params, struct public_id id);
void pg_params_night(struct pg_params *params, struct night night);
void pg_params_instant(struct pg_params *params, struct nb_instant at);
/* A latitude or longitude, to the last bit. */
void pg_params_degrees(struct pg_params *params, double degrees);
/* Arrays; zero items is an empty array, never NULL. A NULL text is an SQL NULL in it. */
void pg_params_int64_array(struct pg_params *params, const int64_t *values, size_t count);
void pg_params_text_array(struct pg_params *params, const char *const *texts, size_t count);
void pg_params_degrees_array(struct pg_params *params, const double *degrees, size_t count);
void pg_params_public_id_array(struct pg_params *params, const struct public_id *ids, size_t count);

/* True when everything fitted; else NB_ERR_LIMIT. Ask once, before the call is submitted. */
bool pg_params_ok(const struct pg_params *params, struct nb_err *err) NB_MUST_CHECK;

#endif
