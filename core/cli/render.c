#include "core/cli/render.h"

#include "core/base/buf.h"
#include "core/base/mem.h"
#include "core/base/points.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COLUMNS_MAX 16
#define GROUP_FROM 10000
#define DEPTH_MAX 8

static const json_t *at_path(const json_t *item, const char *path)
{
    while (item != NULL && *path != '\0') {
        size_t length = strcspn(path, ".");
        char name[64];
        (void)snprintf(name, sizeof(name), "%.*s", (int)length, path);
        item = json_is_array(item) ? json_array_get(item, strtoul(name, NULL, 10))
                                   : json_object_get(item, name);
        path += length + (path[length] == '.' ? 1 : 0);
    }
    return item;
}

static void number_text(json_int_t number, char *ret_text)
{
    char grouped[NB_POINTS_TEXT];
    nb_points_format((struct points){number}, grouped);
    if (number >= GROUP_FROM || number <= -GROUP_FROM) {
        (void)snprintf(ret_text, CLI_CELL_TEXT, "%s", grouped);
    } else {
        (void)snprintf(ret_text, CLI_CELL_TEXT, "%lld", (long long)number);
    }
}

static void words_text(const json_t *array, char *ret_text)
{
    size_t position;
    const json_t *item;
    struct nb_buf text;
    nb_buf_init(&text, CLI_CELL_TEXT - 1);
    json_array_foreach(array, position, item)
    {
        char cell[CLI_CELL_TEXT];
        cli_render_cell(item, "", cell);
        nb_buf_printf(&text, "%s%s", position == 0 ? "" : ", ", cell);
    }
    (void)snprintf(ret_text, CLI_CELL_TEXT, "%s", text.length == 0 ? "-" : nb_buf_str(&text));
    nb_buf_fini(&text);
}

/* What another wrote must not steer the reader's terminal. */
static void plain_text(const char *from, char *ret_text)
{
    size_t i = 0;
    for (; from[i] != '\0' && i + 1 < CLI_CELL_TEXT; i++) {
        ret_text[i] = (unsigned char)from[i] < 0x20 || from[i] == 0x7f ? ' ' : from[i];
    }
    ret_text[i] = '\0';
}

void cli_render_cell(const json_t *item, const char *path, char ret_text[CLI_CELL_TEXT])
{
    const json_t *value = at_path(item, path);
    if (value == NULL || json_is_null(value)) {
        (void)snprintf(ret_text, CLI_CELL_TEXT, "-");
    } else if (json_is_string(value)) {
        plain_text(json_string_value(value), ret_text);
    } else if (json_is_integer(value)) {
        number_text(json_integer_value(value), ret_text);
    } else if (json_is_boolean(value)) {
        (void)snprintf(ret_text, CLI_CELL_TEXT, "%s", json_is_true(value) ? "yes" : "no");
    } else if (json_is_array(value)) {
        words_text(value, ret_text);
    } else if (json_is_real(value)) {
        (void)snprintf(ret_text, CLI_CELL_TEXT, "%.6g", json_real_value(value));
    } else {
        (void)snprintf(ret_text, CLI_CELL_TEXT, "...");
    }
}

/* Characters, not bytes, so that columns of names stay straight. */
static int width_of(const char *text)
{
    int width = 0;
    for (; *text != '\0'; text++) {
        width += ((unsigned char)*text & 0xc0) != 0x80 ? 1 : 0;
    }
    return width;
}

static void print_cell(const char *text, int width, bool last)
{
    int pad = last ? 0 : width - width_of(text);
    printf("%s%*s%s", text, pad > 0 ? pad : 0, "", last ? "\n" : "  ");
}

static void print_table(const json_t *items, const struct cli_column *columns)
{
    int widths[COLUMNS_MAX];
    int count = 0;
    size_t position;
    const json_t *item;
    char cell[CLI_CELL_TEXT];
    for (; columns[count].title != NULL; count++) {
        NB_ASSERT(count < COLUMNS_MAX);
        widths[count] = width_of(columns[count].title);
        json_array_foreach(items, position, item)
        {
            cli_render_cell(item, columns[count].path, cell);
            widths[count] = width_of(cell) > widths[count] ? width_of(cell) : widths[count];
        }
    }
    for (int i = 0; i < count; i++) {
        print_cell(columns[i].title, widths[i], i == count - 1);
    }
    json_array_foreach(items, position, item)
    {
        for (int i = 0; i < count; i++) {
            cli_render_cell(item, columns[i].path, cell);
            print_cell(cell, widths[i], i == count - 1);
        }
    }
}

int cli_render_list(struct cli *cli, json_t *answer, const struct cli_column *columns,
                    const char *empty)
{
    const json_t *items = json_is_array(answer) ? answer : json_object_get(answer, "items");
    if (!cli_json(cli)) {
        if (json_array_size(items) == 0) {
            printf("%s\n", empty);
        } else {
            print_table(items, columns);
        }
        if (json_is_string(json_object_get(answer, "next"))) {
            cli_note(cli, "There is more; --json names the next page, --limit asks for a longer.");
        }
    }
    return cli_answer(cli, answer, NULL);
}

static void print_members(json_t *object, int depth);

static void print_items(json_t *array, int depth)
{
    size_t position;
    json_t *item;
    json_array_foreach(array, position, item)
    {
        printf("%*s-\n", 2 * depth, "");
        print_members(item, depth + 1);
    }
}

static void print_members(json_t *object, int depth)
{
    const char *name;
    json_t *value;
    char cell[CLI_CELL_TEXT];
    json_object_foreach(object, name, value)
    {
        bool nested = json_is_object(value) ||
                      (json_is_array(value) && json_is_object(json_array_get(value, 0)));
        if (nested && depth < DEPTH_MAX) {
            printf("%*s%s:\n", 2 * depth, "", name);
            if (json_is_object(value)) {
                print_members(value, depth + 1);
            } else {
                print_items(value, depth + 1);
            }
        } else if (!json_is_null(value)) {
            cli_render_cell(value, "", cell);
            printf("%*s%s: %s\n", 2 * depth, "", name, cell);
        }
    }
}

int cli_render_one(struct cli *cli, json_t *answer)
{
    if (!cli_json(cli)) {
        print_members(answer, 0);
    }
    return cli_answer(cli, answer, NULL);
}
