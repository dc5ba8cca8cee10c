/*
 * A household in one word: "2" two adults, "1:4,7" an adult with children of four and seven, "0:16"
 * a minor alone.
 */
#include "core/base/mem.h"
#include "core/cli/request_private.h"

#include <stdlib.h>

#define NUMBER_MAX 1000

/* The whole number at *at, which moves behind it; -1 when there is none. */
static long number_at(const char **at)
{
    char *end = NULL;
    if (**at < '0' || **at > '9') {
        return -1;
    }
    long number = strtol(*at, &end, 10);
    *at = end;
    return number > NUMBER_MAX ? -1 : number;
}

/* NULL for a word that is no household. */
static json_t *household_of(const char *word)
{
    json_t *ages = json_array();
    const char *at = word;
    long adults = number_at(&at);
    bool good = adults >= 0 && (*at == '\0' || *at == ':');
    while (good && *at != '\0') {
        at++; /* ":" or "," */
        long age = number_at(&at);
        good = age >= 0 && (*at == '\0' || *at == ',') &&
               json_array_append_new(ages, json_integer(age)) == 0;
    }
    if (!good) {
        json_decref(ages);
        return NULL;
    }
    return json_pack("{s:I, s:o}", "adults", (json_int_t)adults, "children_ages", ages);
}

bool cli_households_add(const struct cli *cli, json_t *body, struct nb_err *err)
{
    const char *word;
    json_t *households = json_array();
    for (int i = 0; (word = cli_option_each(cli, "household", i)) != NULL; i++) {
        json_t *household = household_of(word);
        if (household == NULL) {
            json_decref(households);
            return nb_err_set(err, NB_ERR_INVALID, "option",
                              "--household is ADULTS or ADULTS:AGE,AGE, such as 2:4,7.");
        }
        NB_ASSERT(json_array_append_new(households, household) == 0);
    }
    if (json_array_size(households) == 0) {
        json_decref(households);
        return true;
    }
    NB_ASSERT(json_object_set_new(body, "households", households) == 0);
    return true;
}
