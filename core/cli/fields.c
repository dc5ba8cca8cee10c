#include "core/cli/fields.h"

#include "core/base/mem.h"
#include "core/http/body.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BODY_BYTES ((size_t)1 << 20)

static void put(json_t *body, const char *path, json_t *value)
{
    size_t length = strcspn(path, ".");
    char name[64];
    (void)snprintf(name, sizeof(name), "%.*s", (int)length, path);
    if (path[length] == '\0') {
        NB_ASSERT(json_object_set_new(body, name, value) == 0);
        return;
    }
    json_t *inner = json_object_get(body, name);
    if (!json_is_object(inner)) {
        inner = json_object();
        NB_ASSERT(json_object_set_new(body, name, inner) == 0);
    }
    put(inner, path + length + 1, value);
}

static bool refused(const struct cli_field *field, const char *wanted, struct nb_err *err)
{
    return nb_err_set(err, NB_ERR_INVALID, "option", "--%s must be %s.", field->option, wanted);
}

static json_t *texts_of(const struct cli *cli, const char *option)
{
    json_t *texts = json_array();
    const char *text;
    for (int i = 0; (text = cli_option_each(cli, option, i)) != NULL; i++) {
        NB_ASSERT(json_array_append_new(texts, json_string(text)) == 0);
    }
    return texts;
}

/* NULL and err for a value that is not of its kind. */
static json_t *value_of(const struct cli *cli, const struct cli_field *field, struct nb_err *err)
{
    const char *text = cli_option(cli, field->option);
    char *end = NULL;
    long long number;
    json_t *value = NULL;
    switch (field->type) {
    case CLI_FIELD_TEXT:
        value = json_string(text);
        if (value == NULL) {
            (void)refused(field, "valid UTF-8", err);
        }
        return value;
    case CLI_FIELD_INTEGER:
        errno = 0;
        number = strtoll(text, &end, 10);
        if (*text == '\0' || *end != '\0' || errno != 0) {
            (void)refused(field, "a whole number", err);
            return NULL;
        }
        return json_integer(number);
    case CLI_FIELD_FLAG:
        return json_true();
    case CLI_FIELD_YESNO:
        if (strcmp(text, "yes") != 0 && strcmp(text, "no") != 0) {
            (void)refused(field, "yes or no", err);
            return NULL;
        }
        return json_boolean(*text == 'y');
    case CLI_FIELD_TEXTS:
        return texts_of(cli, field->option);
    case CLI_FIELD_NONE:
        break;
    }
    NB_ASSERT(false);
}

bool cli_fields_add(const struct cli *cli, const struct cli_field *fields, size_t count,
                    json_t *body, struct nb_err *err)
{
    for (size_t i = 0; i < count; i++) {
        if (cli_option(cli, fields[i].option) == NULL) {
            continue;
        }
        json_t *value = value_of(cli, &fields[i], err);
        if (value == NULL) {
            return false;
        }
        put(body, fields[i].path, value);
    }
    return true;
}

bool cli_fields_read(const char *path, json_t **ret_body, struct nb_err *err)
{
    bool standard = strcmp(path, "-") == 0;
    struct http_problem problem;
    FILE *file = standard ? stdin : fopen(path, "re");
    if (file == NULL) {
        return nb_err_set(err, NB_ERR_INVALID, "file", "%s cannot be read (%s).", path,
                          strerrorname_np(errno));
    }
    char *text = nb_alloc(BODY_BYTES + 1);
    size_t length = fread(text, 1, BODY_BYTES + 1, file);
    if (!standard) {
        (void)fclose(file);
    }
    bool good = http_body_parse(text, length, BODY_BYTES, ret_body, &problem);
    explicit_bzero(text, BODY_BYTES + 1);
    nb_free(text);
    if (good && !json_is_object(*ret_body)) {
        json_decref(*ret_body);
        return nb_err_set(err, NB_ERR_INVALID, "file", "%s must hold one JSON object.", path);
    }
    return good || nb_err_set(err, NB_ERR_INVALID, problem.code, "%s: %s", path, problem.detail);
}
