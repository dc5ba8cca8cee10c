/*
 * Calls of the command line on a wire that breaks: what may be repeated is, under one key, and what
 * is not known is said to be so.
 */
#include "core/base/mem.h"
#include "core/cli/api_call.h"
#include "core/cli/tree.h"
#include "tests/support/scripted_http.h"

#include <criterion/criterion.h>
#include <criterion/redirect.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void redirect(void)
{
    cr_redirect_stderr();
    cr_redirect_stdout();
}

TestSuite(cli_call, .timeout = 60, .init = redirect);

#define TOKEN "nbt_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
#define ID "9f0c6d1e-7a52-4b1f-8f53-0d7f1f6a2b11"
#define BODY "{\"points\":15000}"

static int topup(struct scripted_http *server)
{
    char url[64];
    const char *words[] = {"nightbridge", "points", "topup",      ID,           "--fund", ID,
                           "--points",    "15000",  "--received", "2031-01-01", "--key",  "gift-1"};
    snprintf(url, sizeof(url), "http://127.0.0.1:%u", scripted_http_port(server));
    setenv("NIGHTBRIDGE_API", url, 1);
    setenv("NIGHTBRIDGE_TOKEN", TOKEN, 1);
    char *copies[NB_COUNT(words)];
    for (size_t i = 0; i < NB_COUNT(words); i++) {
        copies[i] = nb_strdup(words[i]);
    }
    int status = cli_main(&cli_root, (int)NB_COUNT(words), copies);
    for (size_t i = 0; i < NB_COUNT(words); i++) {
        nb_free(copies[i]);
    }
    return status;
}

Test(cli_call, a_write_whose_answer_was_lost_is_sent_again_under_its_key)
{
    static const struct scripted_step steps[] = {
        {SCRIPTED_ACCEPT, NULL, 0},
        {SCRIPTED_READ, NULL, 0},
        {SCRIPTED_CLOSE, NULL, 0},
        {SCRIPTED_ACCEPT, NULL, 0},
        {SCRIPTED_READ, NULL, 0},
        {SCRIPTED_RESET, NULL, 0},
        {SCRIPTED_ACCEPT, NULL, 0},
        {SCRIPTED_READ, NULL, 0},
        {SCRIPTED_SEND,
         "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\n"
         "Content-Length: 16\r\n\r\n" BODY,
         0},
        {SCRIPTED_END, NULL, 0}};
    struct scripted_http *server = scripted_http_start(steps);
    cr_expect_eq(topup(server), CLI_OK);
    cr_expect_eq(scripted_http_requests(server), 3);
    const char *last = scripted_http_last(server);
    cr_expect_not_null(strstr(last, "Idempotency-Key: gift-1\r\n"), "%s", last);
    cr_expect_not_null(strstr(last, "Authorization: Bearer " TOKEN), "%s", last);
    cr_expect_not_null(strstr(last, "POST /v1/donations HTTP/1.1"), "%s", last);
    scripted_http_stop(server);
    cr_assert_stdout_eq_str("points: 15,000\n");
}

Test(cli_call, what_stays_unknown_is_said_with_its_key)
{
    static const struct scripted_step steps[] = {
        {SCRIPTED_ACCEPT, NULL, 0}, {SCRIPTED_READ, NULL, 0}, {SCRIPTED_CLOSE, NULL, 0},
        {SCRIPTED_ACCEPT, NULL, 0}, {SCRIPTED_READ, NULL, 0}, {SCRIPTED_CLOSE, NULL, 0},
        {SCRIPTED_ACCEPT, NULL, 0}, {SCRIPTED_READ, NULL, 0}, {SCRIPTED_CLOSE, NULL, 0},
        {SCRIPTED_ACCEPT, NULL, 0}, {SCRIPTED_READ, NULL, 0}, {SCRIPTED_CLOSE, NULL, 0},
        {SCRIPTED_END, NULL, 0}};
    struct scripted_http *server = scripted_http_start(steps);
    cr_expect_eq(topup(server), CLI_FAILED);
    cr_expect_eq(scripted_http_requests(server), 4);
    scripted_http_stop(server);
    cr_assert_stderr_eq_str("nightbridge: No answer came, so whether it was done is not known. Run "
                            "the same command again with --key gift-1: it is never done twice.\n");
}

#define BUSY                                                                                       \
    "HTTP/1.1 503 Busy\r\nContent-Type: application/problem+json\r\n"                              \
    "Content-Length: 47\r\nConnection: close\r\n\r\n"                                              \
    "{\"code\":\"unavailable\",\"detail\":\"Nothing done.\"}"
#define NOT_KNOWN                                                                                  \
    "HTTP/1.1 503 Busy\r\nContent-Type: application/problem+json\r\n"                              \
    "Content-Length: 47\r\nConnection: close\r\n\r\n"                                              \
    "{\"code\":\"outcome_unknown\",\"detail\":\"No one.\"}  "
#define SAYS_UNKNOWN                                                                               \
    "nightbridge: No answer came, so whether it was done is not known. Run the same command "      \
    "again with --key gift-1: it is never done twice.\n"

Test(cli_call, what_came_after_a_lost_answer_does_not_make_it_known)
{
    static const struct scripted_step steps[] = {
        {SCRIPTED_ACCEPT, NULL, 0}, {SCRIPTED_READ, NULL, 0},   {SCRIPTED_CLOSE, NULL, 0},
        {SCRIPTED_ACCEPT, NULL, 0}, {SCRIPTED_READ, NULL, 0},   {SCRIPTED_SEND, BUSY, 0},
        {SCRIPTED_CLOSE, NULL, 0},  {SCRIPTED_ACCEPT, NULL, 0}, {SCRIPTED_READ, NULL, 0},
        {SCRIPTED_SEND, BUSY, 0},   {SCRIPTED_CLOSE, NULL, 0},  {SCRIPTED_ACCEPT, NULL, 0},
        {SCRIPTED_READ, NULL, 0},   {SCRIPTED_SEND, BUSY, 0},   {SCRIPTED_END, NULL, 0}};
    struct scripted_http *server = scripted_http_start(steps);
    cr_expect_eq(topup(server), CLI_FAILED);
    cr_expect_eq(scripted_http_requests(server), 4);
    scripted_http_stop(server);
    cr_assert_stderr_eq_str(SAYS_UNKNOWN);
}

Test(cli_call, an_api_that_does_not_know_either_is_passed_on_with_the_key)
{
    static const struct scripted_step steps[] = {
        {SCRIPTED_ACCEPT, NULL, 0},    {SCRIPTED_READ, NULL, 0},      {SCRIPTED_SEND, NOT_KNOWN, 0},
        {SCRIPTED_CLOSE, NULL, 0},     {SCRIPTED_ACCEPT, NULL, 0},    {SCRIPTED_READ, NULL, 0},
        {SCRIPTED_SEND, NOT_KNOWN, 0}, {SCRIPTED_CLOSE, NULL, 0},     {SCRIPTED_ACCEPT, NULL, 0},
        {SCRIPTED_READ, NULL, 0},      {SCRIPTED_SEND, NOT_KNOWN, 0}, {SCRIPTED_CLOSE, NULL, 0},
        {SCRIPTED_ACCEPT, NULL, 0},    {SCRIPTED_READ, NULL, 0},      {SCRIPTED_SEND, NOT_KNOWN, 0},
        {SCRIPTED_END, NULL, 0}};
    struct scripted_http *server = scripted_http_start(steps);
    cr_expect_eq(topup(server), CLI_FAILED);
    scripted_http_stop(server);
    cr_assert_stderr_eq_str(SAYS_UNKNOWN);
}

Test(cli_call, a_twin_that_is_still_running_is_waited_for)
{
    static const struct scripted_step steps[] = {
        {SCRIPTED_ACCEPT, NULL, 0},
        {SCRIPTED_READ, NULL, 0},
        {SCRIPTED_SEND,
         "HTTP/1.1 409 Conflict\r\nContent-Type: application/problem+json\r\n"
         "Retry-After: 1\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}",
         0},
        {SCRIPTED_CLOSE, NULL, 0},
        {SCRIPTED_ACCEPT, NULL, 0},
        {SCRIPTED_READ, NULL, 0},
        {SCRIPTED_SEND,
         "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\n"
         "Content-Length: 16\r\n\r\n" BODY,
         0},
        {SCRIPTED_END, NULL, 0}};
    struct scripted_http *server = scripted_http_start(steps);
    cr_expect_eq(topup(server), CLI_OK);
    cr_expect_eq(scripted_http_requests(server), 2);
    scripted_http_stop(server);
}

Test(cli_call, a_refusal_is_said_once_and_not_repeated)
{
    static const struct scripted_step steps[] = {
        {SCRIPTED_ACCEPT, NULL, 0},
        {SCRIPTED_READ, NULL, 0},
        {SCRIPTED_SEND,
         "HTTP/1.1 422 Unprocessable\r\nContent-Type: application/problem+json\r\n"
         "Content-Length: 102\r\n\r\n{\"code\":\"field_errors\",\"detail\":\"No.\","
         "\"errors\":[{\"pointer\":\"/points\",\"detail\":\"1 to 1000000000000\"}]}   ",
         0},
        {SCRIPTED_END, NULL, 0}};
    struct scripted_http *server = scripted_http_start(steps);
    cr_expect_eq(topup(server), CLI_FAILED);
    cr_expect_eq(scripted_http_requests(server), 1);
    scripted_http_stop(server);
    cr_assert_stderr_eq_str("nightbridge: No. (422 field_errors)\n  /points: 1 to 1000000000000\n");
}

Test(cli_call, something_else_that_answers_is_not_taken_for_the_api)
{
    static const struct scripted_step steps[] = {
        {SCRIPTED_ACCEPT, NULL, 0},
        {SCRIPTED_READ, NULL, 0},
        {SCRIPTED_SEND, "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<html>", 0},
        {SCRIPTED_END, NULL, 0}};
    struct scripted_http *server = scripted_http_start(steps);
    cr_expect_eq(topup(server), CLI_FAILED);
    scripted_http_stop(server);
    cr_assert_stderr_eq_str(
        "nightbridge: What answered 200 there is not the API of Nightbridge.\n");
}
