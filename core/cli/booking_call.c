#include "core/cli/booking_call.h"

#include "core/base/mem.h"
#include "core/cli/render.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define LINE_BYTES 256

/* Borrows body. */
static int ask(struct cli *cli, enum http_method method, const char *pattern, json_t *body)
{
    NB_AUTOFREE char *path = cli_api_path(cli, pattern, cli_word(cli, 0));
    json_t *answer = NULL;
    int status = CLI_USAGE;

    if (path == NULL ||
        !cli_api_call(cli, &(struct cli_api_request){.method = method, .path = path, .body = body},
                      &answer, &status)) {
        return status;
    }
    return cli_render_one(cli, answer);
}

int cli_act_with(struct cli *cli, const char *pattern, const struct cli_field *fields, size_t count,
                 json_t *body)
{
    struct nb_err err;
    int status = cli_fields_add(cli, fields, count, body, &err) ? ask(cli, HTTP_POST, pattern, body)
                                                                : cli_fail(cli, &err);

    json_decref(body);
    return status;
}

int cli_act(struct cli *cli, const char *pattern, const struct cli_field *fields, size_t count)
{
    return fields == NULL ? ask(cli, HTTP_POST, pattern, NULL)
                          : cli_act_with(cli, pattern, fields, count, json_object());
}

int cli_show(struct cli *cli, const char *pattern)
{
    return ask(cli, HTTP_GET, pattern, NULL);
}

static bool read_line(struct cli *cli, const char *prompt, json_t *body, const char *member)
{
    char line[LINE_BYTES] = "";

    if (isatty(STDIN_FILENO)) {
        cli_note(cli, "%s", prompt);
    }
    bool read = fgets(line, sizeof(line), stdin) != NULL;
    line[strcspn(line, "\r\n")] = '\0';
    read = read && line[0] != '\0' && json_object_set_new(body, member, json_string(line)) == 0;
    explicit_bzero(line, sizeof(line));
    return read;
}

bool cli_read_confirmation(struct cli *cli, json_t *body, int *ret_status)
{
    if (read_line(cli, "Confirmation number:", body, "confirmation") &&
        read_line(cli, "Once more, as it was read back:", body, "confirmation_again")) {
        return true;
    }
    *ret_status = cli_refuse(cli, "no_confirmation",
                             "The confirmation number is read from standard input, twice: two "
                             "lines.");
    return false;
}
