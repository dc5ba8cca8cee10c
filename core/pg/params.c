#include "core/pg/params.h"

#include "core/base/digits.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#define DEGREES_TEXT 32
#define TEXT_FORMAT 0
#define BINARY_FORMAT 1

void pg_params_init(struct pg_params *params, struct nb_arena *arena)
{
    /* Not the whole struct: the arrays are written before they are read. */
    params->arena = arena;
    params->count = 0;
    params->failed = false;
}

static void add(struct pg_params *params, const char *value, size_t length, int format)
{
    NB_ASSERT(params->count < PG_PARAMS_MAX);
    int at = params->count++;

    if (length > INT_MAX) {
        params->failed = true;
        length = 0;
    }
    params->values[at] = value;
    params->lengths[at] = (int)length;
    params->formats[at] = format;
}

/* Room for a value in the arena; NULL (and failed) when its ceiling is reached. */
static char *room(struct pg_params *params, size_t bytes)
{
    char *place = nb_arena_alloc(params->arena, bytes);

    if (place == NULL) {
        params->failed = true;
    }
    return place;
}

static void add_copy(struct pg_params *params, const void *bytes, size_t length, int format)
{
    char *place = room(params, length + 1);

    if (place != NULL) {
        if (length > 0) {
            memcpy(place, bytes, length);
        }
        place[length] = '\0';
    }
    add(params, place, length, format);
}

void pg_params_null(struct pg_params *params)
{
    add(params, NULL, 0, TEXT_FORMAT);
}

void pg_params_int64(struct pg_params *params, int64_t value)
{
    char text[NB_INT64_TEXT];

    add_copy(params, text, nb_int64_format(value, text), TEXT_FORMAT);
}

void pg_params_bool(struct pg_params *params, bool value)
{
    add(params, value ? "t" : "f", 1, TEXT_FORMAT);
}

void pg_params_text(struct pg_params *params, const char *text)
{
    if (text == NULL) {
        pg_params_null(params);
    } else {
        add_copy(params, text, strlen(text), TEXT_FORMAT);
    }
}

void pg_params_json(struct pg_params *params, const char *json)
{
    pg_params_text(params, json);
}

void pg_params_bytes(struct pg_params *params, const void *bytes, size_t length)
{
    if (bytes == NULL) {
        pg_params_null(params);
    } else {
        add_copy(params, bytes, length, BINARY_FORMAT);
    }
}

void pg_params_public_id(struct pg_params *params, struct public_id id)
{
    char text[NB_PUBLIC_ID_TEXT];

    nb_public_id_format(id, text);
    add_copy(params, text, sizeof(text) - 1, TEXT_FORMAT);
}

void pg_params_night(struct pg_params *params, struct night night)
{
    char text[NB_NIGHT_TEXT];

    nb_night_format(night, text);
    add_copy(params, text, sizeof(text) - 1, TEXT_FORMAT);
}

void pg_params_instant(struct pg_params *params, struct nb_instant at)
{
    char text[NB_INSTANT_TEXT];

    nb_instant_format(at, text);
    add_copy(params, text, strlen(text), TEXT_FORMAT);
}

/* As many digits as bring back the same double. */
static size_t degrees_format(double degrees, char ret_text[DEGREES_TEXT])
{
    return (size_t)snprintf(ret_text, DEGREES_TEXT, "%.17g", degrees);
}

void pg_params_degrees(struct pg_params *params, double degrees)
{
    char text[DEGREES_TEXT];

    add_copy(params, text, degrees_format(degrees, text), TEXT_FORMAT);
}

/* The separator before an item of an array. */
static char *separate(char *at, size_t index)
{
    *at = index == 0 ? '{' : ',';
    return at + 1;
}

/* Closes "{...}" and adds it. */
static void add_array(struct pg_params *params, const char *start, char *end, size_t count)
{
    if (count == 0) {
        *end++ = '{';
    }
    *end++ = '}';
    *end = '\0';
    add(params, start, (size_t)(end - start), TEXT_FORMAT);
}

void pg_params_int64_array(struct pg_params *params, const int64_t *values, size_t count)
{
    NB_ASSERT(count < SIZE_MAX / NB_INT64_TEXT - 1);
    char *start = room(params, (count + 1) * NB_INT64_TEXT + 3);
    char *at = start;

    if (start == NULL) {
        pg_params_null(params);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        at = separate(at, i);
        at += nb_int64_format(values[i], at);
    }
    add_array(params, start, at, count);
}

void pg_params_degrees_array(struct pg_params *params, const double *degrees, size_t count)
{
    NB_ASSERT(count < SIZE_MAX / DEGREES_TEXT - 1);
    char *start = room(params, (count + 1) * DEGREES_TEXT + 3);
    char *at = start;

    if (start == NULL) {
        pg_params_null(params);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        at = separate(at, i);
        at += degrees_format(degrees[i], at);
    }
    add_array(params, start, at, count);
}

/* An array item is quoted always, so that "null", spaces and braces stay text. */
static char *quote(char *at, const char *text)
{
    *at++ = '"';
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\') {
            *at++ = '\\';
        }
        *at++ = *text;
    }
    *at++ = '"';
    return at;
}

void pg_params_text_array(struct pg_params *params, const char *const *texts, size_t count)
{
    size_t bytes = 3;

    for (size_t i = 0; i < count; i++) {
        bytes += texts[i] == NULL ? sizeof("NULL,") : 3 + 2 * strlen(texts[i]);
    }
    char *start = room(params, bytes);
    char *at = start;

    if (start == NULL) {
        pg_params_null(params);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        at = separate(at, i);
        at = texts[i] == NULL ? stpcpy(at, "NULL") : quote(at, texts[i]);
    }
    add_array(params, start, at, count);
}

void pg_params_public_id_array(struct pg_params *params, const struct public_id *ids, size_t count)
{
    NB_ASSERT(count < SIZE_MAX / NB_PUBLIC_ID_TEXT - 1);
    char *start = room(params, count * NB_PUBLIC_ID_TEXT + 3);
    char *at = start;

    if (start == NULL) {
        pg_params_null(params);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        at = separate(at, i);
        nb_public_id_format(ids[i], at);
        at += NB_PUBLIC_ID_TEXT - 1;
    }
    add_array(params, start, at, count);
}

bool pg_params_ok(const struct pg_params *params, struct nb_err *err)
{
    if (!params->failed) {
        return true;
    }
    return nb_err_set(err, NB_ERR_LIMIT, "call_too_large",
                      "the data of this request is larger than one call may carry");
}
