/*
 * Each call uses a fresh handle and connection: libcurl must not repeat a POST behind a test's
 * back.
 */
#include "tests/support/rehearsal/harness/process.h"

#include <criterion/criterion.h>
#include <curl/curl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define ARGUMENTS_MAX 32
#define ANSWER_MAX 65536

struct received {
    size_t length;
    char text[ANSWER_MAX];
};

static _Noreturn void become(const char *program, const char *const *arguments, int output)
{
    const char *all[ARGUMENTS_MAX] = {program, "--credential", REH_CREDENTIAL};
    size_t count = 3;
    for (; *arguments != NULL && count + 1 < ARGUMENTS_MAX; arguments++) {
        all[count++] = *arguments;
    }
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    dup2(output, STDOUT_FILENO);
    /* execv's argument is not const for historical reasons only. */
    execv(program, (char *const *)(uintptr_t)all);
    _exit(127);
}

struct reh_process reh_process_start(const char *const *arguments)
{
    struct reh_process process = {0};
    int ends[2];
    char line[128];
    const char *program = getenv("NIGHTBRIDGE_REHEARSAL_GATEWAY");
    cr_assert_not_null(program, "NIGHTBRIDGE_REHEARSAL_GATEWAY names no program");
    cr_assert_eq(pipe(ends), 0);
    process.pid = fork();
    cr_assert_geq(process.pid, 0);
    if (process.pid == 0) {
        become(program, arguments, ends[1]);
    }
    close(ends[1]);
    FILE *output = fdopen(ends[0], "r");
    cr_assert_not_null(fgets(line, sizeof(line), output), "%s did not start", program);
    cr_assert_eq(sscanf(line, "listening on 127.0.0.1:%d", &process.port), 1, "%s", line);
    fclose(output);
    return process;
}

void reh_process_stop(struct reh_process *process)
{
    int status = 0;
    kill(process->pid, SIGTERM);
    cr_assert_eq(waitpid(process->pid, &status, 0), process->pid);
    cr_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0, "it did not end cleanly");
}

static size_t receive(char *bytes, size_t size, size_t count, void *argument)
{
    struct received *received = argument;
    if (received->length + size * count >= ANSWER_MAX) {
        return 0;
    }
    memcpy(received->text + received->length, bytes, size * count);
    received->length += size * count;
    return size * count;
}

static struct curl_slist *headers_of(const char *key)
{
    char line[256];
    struct curl_slist *headers = curl_slist_append(NULL, "Authorization: Bearer " REH_CREDENTIAL);
    headers = curl_slist_append(headers, "Content-Type: application/json");
    if (key != NULL) {
        snprintf(line, sizeof(line), "Idempotency-Key: %s", key);
        headers = curl_slist_append(headers, line);
    }
    return headers;
}

struct reh_reply reh_process_call(const struct reh_process *process, const char *method,
                                  const char *path, const char *key, json_t *body)
{
    struct reh_reply reply = {0};
    struct received received = {0};
    char url[512];
    long status = 0;
    char *text = body == NULL ? NULL : json_dumps(body, JSON_COMPACT);
    CURL *curl = curl_easy_init();
    struct curl_slist *headers = headers_of(key);
    snprintf(url, sizeof(url), "http://127.0.0.1:%d%s", process->port, path);
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, method);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, 10000L);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, receive);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &received);
    if (text != NULL) {
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, text);
    }
    if (curl_easy_perform(curl) == CURLE_OK) {
        curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
        reply.status = (int)status;
        reply.body = json_loadb(received.text, received.length, JSON_REJECT_DUPLICATES, NULL);
    }
    curl_slist_free_all(headers);
    curl_easy_cleanup(curl);
    free(text);
    json_decref(body);
    return reply;
}

json_t *reh_process_control(const struct reh_process *process, const char *method, const char *name,
                            json_t *body)
{
    char path[64];
    snprintf(path, sizeof(path), "/rehearsal/%s", name);
    struct reh_reply reply = reh_process_call(process, method, path, NULL, body);
    cr_assert_eq(reply.status, 200, "%s %s answered %d", method, path, reply.status);
    cr_assert_not_null(reply.body);
    return reply.body;
}

void reh_reply_fini(struct reh_reply *reply)
{
    json_decref(reply->body);
    *reply = (struct reh_reply){0};
}
