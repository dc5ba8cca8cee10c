/*
 * A table of calls; each reads its members by type and refuses what it does not know, because a
 * test that schedules nothing by mistake proves nothing.
 */
#include "tests/support/rehearsal/control.h"

#include "core/base/mem.h"
#include "tests/support/rehearsal/fields.h"
#include "tests/support/rehearsal/report.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static struct reh_answer done(void)
{
    return reh_answer_ok(200, json_pack("{s:b}", "done", 1));
}

static enum reh_program program_field(struct reh_fields *fields)
{
    enum reh_program program = reh_program_of(reh_field_text(fields, "program"));
    if (program == REH_PROGRAM_NONE && fields->missing == NULL) {
        fields->missing = "program";
    }
    return program;
}

/* Fills a schedule's optional filters; absent means any. */
static void filters_read(struct reh_fields *fields, struct reh_schedule *schedule)
{
    const char *program = reh_field_text_or(fields, "program", NULL);
    const char *operation = reh_field_text_or(fields, "operation", NULL);
    snprintf(schedule->property_code, sizeof(schedule->property_code), "%s",
             reh_field_text_or(fields, "property_code", ""));
    if (program != NULL && (schedule->program = reh_program_of(program)) == REH_PROGRAM_NONE) {
        fields->missing = "program";
    }
    if (operation != NULL &&
        (schedule->operation = reh_operation_of(operation)) == REH_OPERATION_NONE) {
        fields->missing = "operation";
    }
}

static struct reh_answer faults_post(struct reh_gateway *gateway, struct reh_fields *fields)
{
    struct reh_schedule schedule = {.kind = reh_fault_of(reh_field_text(fields, "fault"))};
    if (schedule.kind == REH_FAULT_NONE) {
        return reh_malformed("fault");
    }
    filters_read(fields, &schedule);
    schedule.times = reh_field_integer_or(fields, "times", 1);
    schedule.delay_ms =
        reh_field_integer_or(fields, "delay_ms", reh_fault_default_delay_ms(schedule.kind));
    if (fields->missing != NULL || schedule.times < 1 || schedule.delay_ms < 0 ||
        schedule.delay_ms > 3600000) {
        return reh_malformed(fields->missing != NULL ? fields->missing : "times or delay_ms");
    }
    return reh_faults_schedule(&gateway->faults, &schedule) ? done()
                                                            : reh_malformed("one more fault");
}

static struct reh_answer faults_delete(struct reh_gateway *gateway, struct reh_fields *fields)
{
    (void)fields;
    reh_faults_clear(&gateway->faults);
    return done();
}

/* The hotel that a call names; fields->missing says what is wrong when NULL. */
static struct reh_property *property_field(struct reh_gateway *gateway, struct reh_fields *fields)
{
    enum reh_program program = program_field(fields);
    const char *code = reh_field_text(fields, "property_code");
    struct reh_property *property =
        fields->missing == NULL ? reh_book_property(&gateway->book, program, code) : NULL;
    if (property == NULL && fields->missing == NULL) {
        fields->missing = "property_code";
    }
    return property;
}

static struct reh_answer inventory_post(struct reh_gateway *gateway, struct reh_fields *fields)
{
    struct reh_property *property = property_field(gateway, fields);
    int64_t rooms = reh_field_integer(fields, "rooms");
    if (fields->missing != NULL || rooms < 0) {
        return reh_malformed(fields->missing != NULL ? fields->missing : "rooms");
    }
    property->rooms = rooms;
    return done();
}

/* With a night: that night only. Without: every night that has no price of its own. */
static struct reh_answer price_post(struct reh_gateway *gateway, struct reh_fields *fields)
{
    struct reh_property *property = property_field(gateway, fields);
    int64_t points = reh_field_integer(fields, "points_per_night");
    bool dated = json_object_get(fields->object, "night") != NULL;
    struct night night = dated ? reh_field_night(fields, "night") : (struct night){0};
    if (fields->missing != NULL || points < 1 || points > INT64_C(1000000000)) {
        return reh_malformed(fields->missing != NULL ? fields->missing : "points_per_night");
    }
    if (!dated) {
        property->points = points;
    } else if (!reh_book_night_price_put(property, night, points)) {
        return reh_malformed("one more night");
    }
    return done();
}

static struct reh_answer policy_post(struct reh_gateway *gateway, struct reh_fields *fields)
{
    struct reh_property *property = property_field(gateway, fields);
    int64_t hours = reh_field_integer(fields, "cancel_hours");
    if (fields->missing != NULL || hours < -8760 || hours > 8760) {
        return reh_malformed(fields->missing != NULL ? fields->missing : "cancel_hours");
    }
    property->cancel_hours = hours;
    property->policy++;
    return done();
}

static struct reh_answer account_post(struct reh_gateway *gateway, struct reh_fields *fields)
{
    enum reh_program program = program_field(fields);
    const char *member = reh_field_text(fields, "member_number");
    int64_t points = reh_field_integer(fields, "points");
    int64_t card = reh_field_integer_or(fields, "card", 0);
    if (fields->missing != NULL || points < 0 || card < 0 || card > 1) {
        return reh_malformed(fields->missing != NULL ? fields->missing
                             : points < 0            ? "points"
                                                     : "card");
    }
    reh_book_account_put(&gateway->book, program, member, points)->card = card == 1;
    return done();
}

static struct reh_answer property_post(struct reh_gateway *gateway, struct reh_fields *fields)
{
    enum reh_program program = program_field(fields);
    const char *code = reh_field_text(fields, "property_code");
    int64_t rooms = reh_field_integer(fields, "rooms");
    int64_t points = reh_field_integer(fields, "points_per_night");
    int64_t bedrooms = reh_field_integer_or(fields, "bedrooms", 1);
    if (fields->missing != NULL || rooms < 0 || points < 1 || bedrooms < 1) {
        return reh_malformed(fields->missing != NULL ? fields->missing : "a number");
    }
    reh_book_property_put(&gateway->book, program, code, rooms, points, bedrooms);
    return done();
}

static struct reh_answer clock_post(struct reh_gateway *gateway, struct reh_fields *fields)
{
    int64_t seconds = reh_field_integer(fields, "offset_seconds");
    if (fields->missing != NULL || seconds < -INT64_C(4000000000) ||
        seconds > INT64_C(4000000000)) {
        return reh_malformed("offset_seconds");
    }
    gateway->book.offset_us = seconds * 1000000;
    return done();
}

/* Answers once the port is closed, so that the caller's next connection is refused for certain. */
static struct reh_answer away_post(struct reh_gateway *gateway, struct reh_fields *fields)
{
    int64_t ms = reh_field_integer(fields, "ms");
    if (fields->missing != NULL || ms < 1 || ms > 600000) {
        return reh_malformed("ms");
    }
    gateway->away_ms = ms;
    while (gateway->away_ms != 0) {
        nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
    }
    return done();
}

static struct reh_answer book_get(struct reh_gateway *gateway, struct reh_fields *fields)
{
    (void)fields;
    return reh_answer_ok(200, reh_report_book(&gateway->book));
}

static struct reh_answer log_get(struct reh_gateway *gateway, struct reh_fields *fields)
{
    (void)fields;
    return reh_answer_ok(200, reh_report_log(gateway));
}

static struct reh_answer trap(struct reh_gateway *gateway, struct reh_fields *fields)
{
    (void)fields;
    gateway->trapped++;
    return done();
}

static const struct {
    const char *method;
    const char *path;
    struct reh_answer (*perform)(struct reh_gateway *gateway, struct reh_fields *fields);
    bool locked; /* performed with the book's lock held */
} calls[] = {
    {"POST", "faults", faults_post, false},
    {"DELETE", "faults", faults_delete, false},
    {"GET", "book", book_get, true},
    {"GET", "log", log_get, true},
    {"POST", "inventory", inventory_post, true},
    {"POST", "price", price_post, true},
    {"POST", "policy", policy_post, true},
    {"POST", "account", account_post, true},
    {"POST", "property", property_post, true},
    {"POST", "clock", clock_post, true},
    {"POST", "away", away_post, false},
    {"POST", "trap", trap, false},
    {"GET", "trap", trap, false},
};

static struct reh_answer perform(struct reh_gateway *gateway, size_t row, struct reh_fields *fields)
{
    if (!calls[row].locked) {
        return calls[row].perform(gateway, fields);
    }
    reh_book_lock(&gateway->book);
    struct reh_answer answer = calls[row].perform(gateway, fields);
    reh_book_unlock(&gateway->book);
    return answer;
}

struct reh_answer reh_control_perform(struct reh_gateway *gateway,
                                      const struct reh_request *request)
{
    const char *path = request->path + strlen("/rehearsal/");
    for (size_t i = 0; i < NB_COUNT(calls); i++) {
        if (strcmp(request->method, calls[i].method) != 0 || strcmp(path, calls[i].path) != 0) {
            continue;
        }
        json_t *body = json_loadb(request->body, request->body_bytes, JSON_REJECT_DUPLICATES, NULL);
        struct reh_fields fields = {.object = body};
        struct reh_answer answer = perform(gateway, i, &fields);
        json_decref(body);
        return answer;
    }
    return reh_answer_refuse("not_found", "no such control call", NULL);
}
