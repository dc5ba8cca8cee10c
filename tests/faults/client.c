#include "tests/faults/client.h"

#include "core/base/buf.h"
#include "core/base/clock.h"
#include "core/base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define FILE_TEXT 512
#define TOKEN_TEXT 256
#define TOKENS_MAX 64
#define PAUSE_MS 100
#define PATIENCE_MS 10000

int64_t client_now_ms(void)
{
    return nb_mono_now().ns / 1000000;
}

static void pause_ms(unsigned ms)
{
    struct timespec time = {.tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000};

    (void)nanosleep(&time, NULL);
}

/* splitmix64 */
static uint64_t roll(uint64_t *state)
{
    uint64_t z = (*state += 0x9e3779b97f4a7c15u);

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

void client_init(struct client *client, const struct campaign *campaign, int number)
{
    *client = (struct client){.campaign = campaign, .number = number};
    client->dice = campaign->seed * 1000003 + (uint64_t)number;
    client->ends_ms = campaign->ends_ms;
    client->loop = loop_create();
    client->journal = open(campaign->journal, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    NB_ASSERT(client->journal >= 0);
}

void client_fini(struct client *client)
{
    talk_answer_fini(&client->answer);
    loop_destroy(client->loop);
    close(client->journal);
}

bool client_plays(const struct client *client)
{
    return client_now_ms() < client->ends_ms;
}

void client_think(struct client *client, unsigned most_ms)
{
    pause_ms(client_dice(client, most_ms + 1));
}

unsigned client_dice(struct client *client, unsigned below)
{
    return (unsigned)(roll(&client->dice) % below);
}

bool client_hits(struct client *client, unsigned percent)
{
    return client_dice(client, 100) < percent;
}

const char *client_path(struct client *client, const char *fmt, ...)
{
    char *path = client->paths[client->path++ % CLIENT_PATHS];
    va_list arguments;

    va_start(arguments, fmt);
    int length = vsnprintf(path, CLIENT_PATH_TEXT, fmt, arguments);
    va_end(arguments);
    NB_ASSERT(length >= 0 && length < CLIENT_PATH_TEXT);
    return path;
}

/* --- asking --- */

/* The token of a person, read once. */
static const char *token_of(const struct client *client, const char *person)
{
    static struct {
        char person[32];
        char token[TOKEN_TEXT];
    } known[TOKENS_MAX];
    static size_t count;
    char path[FILE_TEXT];

    for (size_t i = 0; i < count; i++) {
        if (strcmp(known[i].person, person) == 0) {
            return known[i].token;
        }
    }
    NB_ASSERT(count < TOKENS_MAX);
    (void)snprintf(path, sizeof(path), "%s/%s", client->campaign->tokens, person);
    FILE *file = fopen(path, "re");
    NB_ASSERT(file != NULL);
    NB_ASSERT(fscanf(file, "Authorization: Bearer %255s", known[count].token) == 1);
    (void)fclose(file);
    (void)snprintf(known[count].person, sizeof(known[count].person), "%s", person);
    return known[count++].token;
}

bool client_must_ask_again(const struct client *client)
{
    const char *code = client_text(client->answer.json, "code");

    return client->answer.status == 0 || client->answer.status == 429 ||
           client->answer.status == 503 || strcmp(code, "operation_running") == 0;
}

/* Any other 5xx is a bug of the house: said once, then asked again as if it were "not now". */
static bool is_broken(struct client *client, const char *path)
{
    int status = client->answer.status;

    if (status < 500 || status == 503) {
        return false;
    }
    client_alarm(client, "%s answers %d %s", path, status,
                 client_text(client->answer.json, "code"));
    return true;
}

/* Until answered; counts how often that took more than one call. */
static int persist(struct client *client, const struct talk_request *request, int *ret_repeats)
{
    struct talk_request patient = *request;
    int64_t until = client->ends_ms + (int64_t)client->campaign->patience * 1000;

    *ret_repeats = 0;
    patient.patience_ms = PATIENCE_MS;
    for (;;) {
        talk_ask(client->loop, client->campaign->port, &patient, &client->answer);
        bool broken = is_broken(client, request->path);
        if (!broken && !client_must_ask_again(client)) {
            return client->answer.status;
        }
        if (broken || client_now_ms() > until) {
            return 0;
        }
        (*ret_repeats)++;
        pause_ms(PAUSE_MS);
    }
}

int client_get(struct client *client, const char *person, const char *path)
{
    int repeats;

    return persist(client, &(struct talk_request){.path = path, .token = token_of(client, person)},
                   &repeats);
}

void client_last_key(const struct client *client, char ret_key[64])
{
    (void)snprintf(ret_key, 64, "faults-%d-%d-%d", client->number, (int)getpid(), client->keys);
}

static void put(json_t *line, const char *member, const char *text)
{
    if (text != NULL && *text != '\0') {
        (void)json_object_set_new(line, member, json_string(text));
    }
}

static void journal_write(struct client *client, const struct client_write *write, const char *key,
                          const char *body, int repeats)
{
    json_t *line = json_pack("{s:s, s:s, s:s, s:s, s:i, s:i}", "write", write->what, "person",
                             write->person, "path", write->path, "key", key, "status",
                             client->answer.status, "repeats", repeats);

    NB_ASSERT(line != NULL);
    put(line, "body", body);
    put(line, "booking", write->booking);
    put(line, "id", client_text(client->answer.json, "id"));
    put(line, "code", client_text(client->answer.json, "code"));
    if (talk_header(&client->answer, "Idempotency-Replayed")[0] != '\0') {
        (void)json_object_set_new(line, "replayed", json_true());
    }
    client_note(client, line);
}

int client_post(struct client *client, const struct client_write *write)
{
    char key[64];
    char *body = write->body == NULL ? NULL : json_dumps(write->body, JSON_COMPACT);
    int repeats;

    json_decref(write->body);
    client->keys++;
    client_last_key(client, key);
    int status = persist(client,
                         &(struct talk_request){.method = "POST",
                                                .path = write->path,
                                                .token = token_of(client, write->person),
                                                .key = key,
                                                .body = body},
                         &repeats);
    if (status == 0) {
        client_alarm(client, "%s was never answered: %s", write->what, write->path);
    }
    journal_write(client, write, key, body, repeats);
    free(body);
    return status;
}

int client_repeat(struct client *client, const char *person, const char *path, const char *key,
                  const char *body)
{
    int repeats;

    return persist(client,
                   &(struct talk_request){.method = "POST",
                                          .path = path,
                                          .token = token_of(client, person),
                                          .key = key,
                                          .body = body != NULL && *body != '\0' ? body : NULL},
                   &repeats);
}

/* --- the journal --- */

/* A line is one write: lines of several processes do not mix. */
void client_note(struct client *client, json_t *line)
{
    char *text = json_dumps(line, JSON_COMPACT);
    struct nb_buf out;

    NB_ASSERT(text != NULL);
    nb_buf_init(&out, 1 << 20);
    nb_buf_text(&out, text);
    nb_buf_char(&out, '\n');
    NB_ASSERT(write(client->journal, out.data, out.length) == (ssize_t)out.length);
    nb_buf_fini(&out);
    free(text);
    json_decref(line);
}

void client_alarm(struct client *client, const char *fmt, ...)
{
    char text[512];
    va_list arguments;

    va_start(arguments, fmt);
    (void)vsnprintf(text, sizeof(text), fmt, arguments);
    va_end(arguments);
    client_note(client, json_pack("{s:s, s:i}", "alarm", text, "client", client->number));
}

json_t *client_journal(const struct client *client)
{
    json_t *lines = json_array();
    FILE *file = fopen(client->campaign->journal, "re");
    json_t *line;

    NB_ASSERT(file != NULL);
    while ((line = json_loadf(file, JSON_DISABLE_EOF_CHECK, NULL)) != NULL) {
        (void)json_array_append_new(lines, line);
    }
    (void)fclose(file);
    return lines;
}

/* --- reading answers --- */

const char *client_text(const json_t *object, const char *member)
{
    const char *text = json_string_value(json_object_get(object, member));

    return text == NULL ? "" : text;
}

json_int_t client_number(const json_t *object, const char *member)
{
    return json_integer_value(json_object_get(object, member));
}

const json_t *client_items(const struct client *client)
{
    return json_object_get(client->answer.json, "items");
}
