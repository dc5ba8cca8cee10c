#include "plugins/kit/dates.h"

#include <string.h>

#define DAYS_1970_TO_2000 10957
#define US_PER_SECOND INT64_C(1000000)

struct date {
    int year;
    int month;
    int day;
};

static bool leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int month_length(int year, int month)
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return lengths[month - 1] + (month == 2 && leap(year));
}

bool kit_day_sound(int32_t day)
{
    return day >= 0 && day <= KIT_DAY_LAST;
}

/* Howard Hinnant's days_from_civil, with 2000-01-01 as day 0. */
int32_t kit_day_of(int year, int month, int day_of_month)
{
    int y = month <= 2 ? year - 1 : year;
    int era = (y >= 0 ? y : y - 399) / 400;
    int year_of_era = y - era * 400;
    int day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day_of_month - 1;
    int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468 - DAYS_1970_TO_2000;
}

static struct date date_of(int32_t day)
{
    int z = day + DAYS_1970_TO_2000 + 719468;
    int era = (z >= 0 ? z : z - 146096) / 146097;
    int day_of_era = z - era * 146097;
    int year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int month_part = (5 * day_of_year + 2) / 153;
    struct date date = {.day = day_of_year - (153 * month_part + 2) / 5 + 1,
                        .month = month_part + (month_part < 10 ? 3 : -9)};
    date.year = year_of_era + era * 400 + (date.month <= 2);
    return date;
}

/* `count` digits at text, or -1. */
static int digits_at(const char *text, int count)
{
    int number = 0;
    for (int i = 0; i < count; i++) {
        if (text[i] < '0' || text[i] > '9') {
            return -1;
        }
        number = number * 10 + (text[i] - '0');
    }
    return number;
}

/* The first ten characters of text. */
static bool day_at(const char *text, int32_t *ret_day)
{
    if (strnlen(text, KIT_DAY_TEXT - 1) < KIT_DAY_TEXT - 1 || text[4] != '-' || text[7] != '-') {
        return false;
    }
    int year = digits_at(text, 4);
    int month = digits_at(text + 5, 2);
    int day = digits_at(text + 8, 2);
    if (year < 2000 || year > 2199 || month < 1 || month > 12 || day < 1 ||
        day > month_length(year, month)) {
        return false;
    }
    *ret_day = kit_day_of(year, month, day);
    return true;
}

bool kit_day_parse(const char *text, int32_t *ret_day)
{
    return strnlen(text, KIT_DAY_TEXT) == KIT_DAY_TEXT - 1 && day_at(text, ret_day);
}

static void put_digits(char *text, int number, int count)
{
    for (int i = count - 1; i >= 0; i--) {
        text[i] = (char)('0' + number % 10);
        number /= 10;
    }
}

void kit_day_format(int32_t day, char ret_text[KIT_DAY_TEXT])
{
    struct date date = date_of(day);
    memcpy(ret_text, "0000-00-00", KIT_DAY_TEXT);
    put_digits(ret_text, date.year, 4);
    put_digits(ret_text + 5, date.month, 2);
    put_digits(ret_text + 8, date.day, 2);
}

int32_t kit_day_add_months(int32_t day, int32_t months)
{
    struct date date = date_of(day);
    int month = date.year * 12 + date.month - 1 + months;
    int last = month_length(month / 12, month % 12 + 1);
    return kit_day_of(month / 12, month % 12 + 1, date.day > last ? last : date.day);
}

/* What follows the seconds: an optional fraction, then Z or an offset. Seconds east of UTC. */
static bool offset_parse(const char *text, int *ret_seconds)
{
    if (*text == '.') {
        text += 1 + strspn(text + 1, "0123456789");
    }
    if (strcmp(text, "Z") == 0) {
        *ret_seconds = 0;
        return true;
    }
    if ((*text != '+' && *text != '-') || strlen(text) != 6 || text[3] != ':') {
        return false;
    }
    int hours = digits_at(text + 1, 2);
    int minutes = digits_at(text + 4, 2);
    if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) {
        return false;
    }
    *ret_seconds = (hours * 3600 + minutes * 60) * (*text == '-' ? -1 : 1);
    return true;
}

bool kit_instant_parse(const char *text, int64_t *ret_us)
{
    int32_t day;
    int east;
    if (strnlen(text, 20) < 20 || !day_at(text, &day) || text[10] != 'T' || text[13] != ':' ||
        text[16] != ':') {
        return false;
    }
    int hour = digits_at(text + 11, 2);
    int minute = digits_at(text + 14, 2);
    int second = digits_at(text + 17, 2);
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60 ||
        !offset_parse(text + 19, &east)) {
        return false;
    }
    int64_t seconds =
        ((int64_t)day + DAYS_1970_TO_2000) * 86400 + hour * 3600 + minute * 60 + second - east;
    *ret_us = seconds * US_PER_SECOND;
    return true;
}
