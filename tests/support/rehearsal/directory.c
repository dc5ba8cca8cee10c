/*
 * Codes are taken as they stand: whether they look like the program's is the plugin's business.
 */
#include "tests/support/rehearsal/directory.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool account_line(struct reh_book *book, const char *line)
{
    char program_name[32];
    char member[64];
    char card[8] = "";
    int64_t points;
    int read = sscanf(line, "account,%31[^,],%63[^,],%" SCNd64 ",%7s", program_name, member,
                      &points, card);
    if (read < 3 || (read == 4 && strcmp(card, "card") != 0)) {
        return false;
    }
    enum reh_program program = reh_program_of(program_name);
    if (program == REH_PROGRAM_NONE || points < 0) {
        return false;
    }
    reh_book_account_put(book, program, member, points)->card = read == 4;
    return true;
}

static bool property_line(struct reh_book *book, const char *line)
{
    char program_name[32];
    char code[32];
    int64_t rooms;
    int64_t points;
    int64_t bedrooms = 1;
    if (sscanf(line, "%31[^,],%31[^,],%" SCNd64 ",%" SCNd64 ",%" SCNd64, program_name, code, &rooms,
               &points, &bedrooms) < 4) {
        return false;
    }
    enum reh_program program = reh_program_of(program_name);
    if (program == REH_PROGRAM_NONE || rooms < 0 || points < 1 || bedrooms < 1) {
        return false;
    }
    reh_book_property_put(book, program, code, rooms, points, bedrooms);
    return true;
}

/* The hotel stands on an earlier line. */
static bool night_line(struct reh_book *book, const char *line)
{
    char program_name[32];
    char code[32];
    char date[NB_NIGHT_TEXT];
    int64_t points;
    struct night night;
    struct nb_err err = {.kind = NB_ERR_NONE};
    if (sscanf(line, "night,%31[^,],%31[^,],%10[^,],%" SCNd64, program_name, code, date, &points) !=
            4 ||
        points < 1 || !nb_night_parse(date, &night, &err)) {
        return false;
    }
    enum reh_program program = reh_program_of(program_name);
    struct reh_property *property =
        program == REH_PROGRAM_NONE ? NULL : reh_book_property(book, program, code);
    return property != NULL && reh_book_night_price_put(property, night, points);
}

bool reh_directory_line(struct reh_book *book, const char *line)
{
    if (line[0] == '\0' || line[0] == '#' || strncmp(line, "program,", 8) == 0) {
        return true;
    }
    if (strncmp(line, "account,", 8) == 0) {
        return account_line(book, line);
    }
    return strncmp(line, "night,", 6) == 0 ? night_line(book, line) : property_line(book, line);
}

bool reh_directory_load(struct reh_book *book, const char *path, struct nb_err *err)
{
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        return nb_err_set(err, NB_ERR_NOT_FOUND, "directory_missing", "cannot open %s: %s.", path,
                          strerrordesc_np(errno));
    }
    char *line = NULL;
    size_t capacity = 0;
    int number = 0;
    bool valid = true;
    while (valid && getline(&line, &capacity, file) >= 0) {
        number++;
        line[strcspn(line, "\r\n")] = '\0';
        valid = reh_directory_line(book, line);
    }
    free(line);
    fclose(file);
    return valid || nb_err_set(err, NB_ERR_INVALID, "directory_line",
                               "%s: line %d is no hotel, night or account.", path, number);
}
