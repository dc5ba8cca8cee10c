#include "core/base/night.h"

#include "core/base/digits.h"

#include <string.h>

/* Days from 1970-01-01 to 2000-01-01. */
#define EPOCH_2000 10957
#define DAYS_IN_ERA 146097 /* 400 Gregorian years */

struct date {
    int year;
    int month;
    int day;
};

/* Years are counted from March, so that the leap day is the last of its year and a month's start
 * is a straight line (Howard Hinnant, "chrono-compatible low-level date algorithms"). */
struct night nb_night_of(int year, int month, int day_of_month)
{
    int y = month <= 2 ? year - 1 : year;
    int era = (y >= 0 ? y : y - 399) / 400;
    int year_of_era = y - era * 400;
    int shifted = month > 2 ? month - 3 : month + 9;
    int day_of_year = (153 * shifted + 2) / 5 + day_of_month - 1;
    int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

    return (struct night){.day = era * DAYS_IN_ERA + day_of_era - 719468 - EPOCH_2000};
}

static struct date date_of(struct night night)
{
    int64_t days = (int64_t)night.day + EPOCH_2000 + 719468;
    int64_t era = (days >= 0 ? days : days - (DAYS_IN_ERA - 1)) / DAYS_IN_ERA;
    int in_era = (int)(days - era * DAYS_IN_ERA);
    int year_of_era = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
    int in_year = in_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int shifted = (5 * in_year + 2) / 153;
    int month = shifted < 10 ? shifted + 3 : shifted - 9;
    int year = (int)(year_of_era + era * 400) + (month <= 2 ? 1 : 0);

    return (struct date){year, month, in_year - (153 * shifted + 2) / 5 + 1};
}

/* Exactly count digits. */
static bool digits(const char *text, size_t count, int *ret_value)
{
    int value = 0;

    for (size_t i = 0; i < count; i++) {
        if (text[i] < '0' || text[i] > '9') {
            return false;
        }
        value = value * 10 + (text[i] - '0');
    }
    *ret_value = value;
    return true;
}

bool nb_night_parse(const char *text, struct night *ret_night, struct nb_err *err)
{
    struct date asked = {0};

    if (text == NULL || strlen(text) != NB_NIGHT_TEXT - 1 || text[4] != '-' || text[7] != '-' ||
        !digits(text, 4, &asked.year) || !digits(text + 5, 2, &asked.month) ||
        !digits(text + 8, 2, &asked.day)) {
        return nb_err_set(err, NB_ERR_INVALID, "not_a_date", "Write a date as YYYY-MM-DD.");
    }
    if (asked.year < 2000 || asked.year > 2199) {
        return nb_err_set(err, NB_ERR_INVALID, "date_out_of_range",
                          "The year must be between 2000 and 2199.");
    }
    /* A date that does not exist comes back as another one. */
    if (asked.month < 1 || asked.month > 12) {
        return nb_err_set(err, NB_ERR_INVALID, "not_a_date", "There is no such month.");
    }
    struct night night = nb_night_of(asked.year, asked.month, asked.day);
    struct date found = date_of(night);
    if (found.year != asked.year || found.month != asked.month || found.day != asked.day) {
        return nb_err_set(err, NB_ERR_INVALID, "not_a_date", "There is no such day.");
    }
    *ret_night = night;
    return true;
}

void nb_night_format(struct night night, char ret_text[NB_NIGHT_TEXT])
{
    struct date date = date_of(night);

    NB_ASSERT(date.year >= 0 && date.year <= 9999);
    char *at = nb_digits(ret_text, date.year, 4);
    *at++ = '-';
    at = nb_digits(at, date.month, 2);
    *at++ = '-';
    *nb_digits(at, date.day, 2) = '\0';
}

int32_t nb_nights_between(struct night check_in, struct night check_out)
{
    return check_out.day - check_in.day;
}

struct night nb_night_add(struct night night, int32_t days)
{
    return (struct night){.day = night.day + days};
}

int nb_night_year(struct night night)
{
    return date_of(night).year;
}
