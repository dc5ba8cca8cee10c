#include "core/base/clock.h"

#include "core/base/digits.h"
#include "core/base/night.h"

#include <string.h>
#include <time.h>

#define US_PER_SECOND INT64_C(1000000)
#define SECONDS_PER_DAY INT64_C(86400)
#define NS_PER_MS INT64_C(1000000)
/* 1970-01-01 to 2000-01-01, the epoch of struct night. */
#define DAYS_TO_2000 INT64_C(10957)

struct nb_mono nb_mono_now(void)
{
    struct timespec now;

    NB_ASSERT(clock_gettime(CLOCK_BOOTTIME, &now) == 0);
    return (struct nb_mono){.ns = (int64_t)now.tv_sec * 1000000000 + now.tv_nsec};
}

int64_t nb_mono_ms_between(struct nb_mono from, struct nb_mono to)
{
    return (to.ns - from.ns) / NS_PER_MS;
}

struct nb_mono nb_mono_add_ms(struct nb_mono at, int64_t ms)
{
    return (struct nb_mono){.ns = at.ns + ms * NS_PER_MS};
}

/* What is left of the text while it is read; failed is sticky, so that
 * the grammar reads straight. */
struct reader {
    const char *at;
    bool failed;
};

static int64_t read_digits(struct reader *reader, int count)
{
    int64_t value = 0;

    for (int i = 0; i < count && !reader->failed; i++) {
        if (*reader->at < '0' || *reader->at > '9') {
            reader->failed = true;
        } else {
            value = value * 10 + (*reader->at++ - '0');
        }
    }
    return value;
}

static void read_char(struct reader *reader, const char *allowed)
{
    if (!reader->failed && *reader->at != '\0' && strchr(allowed, *reader->at) != NULL) {
        reader->at++;
    } else {
        reader->failed = true;
    }
}

/* ".25" as 250000. A seventh digit is refused: what cannot be kept is not taken. */
static int64_t read_fraction(struct reader *reader)
{
    int64_t us = 0;
    int count = 0;

    if (reader->failed || *reader->at != '.') {
        return 0;
    }
    reader->at++;
    for (; count < 7 && *reader->at >= '0' && *reader->at <= '9'; count++) {
        us = us * 10 + (*reader->at - '0');
        reader->at++;
    }
    for (int i = count; i < 6; i++) {
        us *= 10;
    }
    reader->failed = count == 0 || count > 6;
    return us;
}

/* Seconds east of UTC. */
static int64_t read_offset(struct reader *reader)
{
    char sign = *reader->at;

    read_char(reader, "Zz+-");
    if (reader->failed || sign == 'Z' || sign == 'z') {
        return 0;
    }
    int64_t hours = read_digits(reader, 2);
    read_char(reader, ":");
    int64_t minutes = read_digits(reader, 2);
    reader->failed = reader->failed || hours > 23 || minutes > 59;
    return (hours * 60 + minutes) * (sign == '-' ? -60 : 60);
}

bool nb_instant_parse(const char *text, struct nb_instant *ret_at, struct nb_err *err)
{
    char day_text[NB_NIGHT_TEXT] = {0};
    struct night day = {0};

    if (text == NULL || strnlen(text, NB_NIGHT_TEXT) < NB_NIGHT_TEXT) {
        return nb_err_set(err, NB_ERR_INVALID, "not_an_instant",
                          "Write a moment as 2026-11-24T03:00:00Z.");
    }
    memcpy(day_text, text, NB_NIGHT_TEXT - 1);
    if (!nb_night_parse(day_text, &day, err)) {
        return false;
    }
    struct reader reader = {.at = text + NB_NIGHT_TEXT - 1};
    read_char(&reader, "Tt");
    int64_t hour = read_digits(&reader, 2);
    read_char(&reader, ":");
    int64_t minute = read_digits(&reader, 2);
    read_char(&reader, ":");
    int64_t second = read_digits(&reader, 2);
    int64_t us = read_fraction(&reader);
    int64_t east = read_offset(&reader);
    if (reader.failed || *reader.at != '\0' || hour > 23 || minute > 59 || second > 59) {
        return nb_err_set(err, NB_ERR_INVALID, "not_an_instant",
                          "Write a moment as 2026-11-24T03:00:00Z.");
    }
    int64_t days = day.day + DAYS_TO_2000;
    int64_t seconds = days * SECONDS_PER_DAY + hour * 3600 + minute * 60 + second - east;
    *ret_at = (struct nb_instant){.us = seconds * US_PER_SECOND + us};
    return true;
}

/* Quotients rounded down, so that moments before 1970 keep their day. */
static int64_t floor_div(int64_t value, int64_t by)
{
    return value / by - (value % by < 0 ? 1 : 0);
}

void nb_instant_format(struct nb_instant at, char ret_text[NB_INSTANT_TEXT])
{
    int64_t seconds = floor_div(at.us, US_PER_SECOND);
    int64_t days = floor_div(seconds, SECONDS_PER_DAY);
    int us = (int)(at.us - seconds * US_PER_SECOND);
    int in_day = (int)(seconds - days * SECONDS_PER_DAY);

    nb_night_format((struct night){.day = (int32_t)(days - DAYS_TO_2000)}, ret_text);
    char *end = ret_text + NB_NIGHT_TEXT - 1;
    *end++ = 'T';
    end = nb_digits(end, in_day / 3600, 2);
    *end++ = ':';
    end = nb_digits(end, in_day / 60 % 60, 2);
    *end++ = ':';
    end = nb_digits(end, in_day % 60, 2);
    if (us != 0) {
        *end++ = '.';
        end = nb_digits(end, us, 6);
    }
    *end++ = 'Z';
    *end = '\0';
}

struct nb_instant nb_instant_of_machine(void)
{
    struct timespec now;

    NB_ASSERT(clock_gettime(CLOCK_REALTIME, &now) == 0);
    return (struct nb_instant){.us = (int64_t)now.tv_sec * US_PER_SECOND + now.tv_nsec / 1000};
}
