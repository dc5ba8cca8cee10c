/*
 * Which API, whose token, which key; and problem documents as text.
 */
#include "core/base/ids.h"
#include "core/base/mem.h"
#include "core/cli/api_private.h"
#include "core/vault/token.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define KEY_MAX 60

static const char *environment(const char *name)
{
    const char *value = getenv(name);
    return value == NULL || *value == '\0' ? NULL : value;
}

static bool starts(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

/* A token must not cross a network in clear; to this machine it may. */
static bool is_here(const char *url)
{
    return starts(url, "http://127.") || starts(url, "http://[::1]") ||
           starts(url, "http://localhost:") || strcmp(url, "http://localhost") == 0;
}

static bool find_endpoint(struct cli *cli, struct http_endpoint *endpoint, struct nb_err *err)
{
    const char *url = cli_option(cli, "api");
    url = url == NULL ? environment("NIGHTBRIDGE_API") : url;
    url = url == NULL ? "http://127.0.0.1:8080" : url;
    if (!starts(url, "https://") && !is_here(url)) {
        return nb_err_set(err, NB_ERR_INVALID, "api_url",
                          "The API must be named by an https:// address; http:// only on this "
                          "machine, because the token would travel in clear.");
    }
    *endpoint = (struct http_endpoint){.base_url = url,
                                       .ca_file = environment("NIGHTBRIDGE_CA_FILE"),
                                       .allow_plain = starts(url, "http://"),
                                       .allow_private = true};
    return true;
}

/* Reads the first line of a file that only its owner may read. */
static bool read_token(const char *path, char *ret_token, size_t capacity, struct nb_err *err)
{
    struct stat about;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &about) != 0) {
        int number = errno;
        if (fd >= 0) {
            close(fd);
        }
        return nb_err_set(err, NB_ERR_INVALID, "token_file",
                          "The token file %s cannot be read (%s).", path, strerrorname_np(number));
    }
    bool loose = (about.st_mode & 077) != 0;
    ssize_t count = loose ? 0 : read(fd, ret_token, capacity - 1);
    close(fd);
    if (loose) {
        return nb_err_set(err, NB_ERR_AUTH, "token_file_open",
                          "Others may read the token file %s. Do: chmod 600 %s", path, path);
    }
    ret_token[count < 0 ? 0 : count] = '\0';
    ret_token[strcspn(ret_token, " \t\r\n")] = '\0';
    return true;
}

static bool find_token(struct cli *cli, struct cli_api_target *target, struct nb_err *err)
{
    char token[VAULT_TOKEN_LENGTH + 2] = "";
    uint8_t hash[VAULT_TOKEN_HASH_BYTES];
    const char *path = cli_option(cli, "token-file");
    const char *text = path == NULL ? environment("NIGHTBRIDGE_TOKEN") : NULL;
    if (path == NULL && text == NULL) {
        path = environment("NIGHTBRIDGE_TOKEN_FILE");
    }
    if (path != NULL && !read_token(path, token, sizeof(token), err)) {
        return false;
    }
    text = path != NULL ? token : text;
    if (text == NULL) {
        return nb_err_set(err, NB_ERR_AUTH, "no_token",
                          "Who are you? Name a token by NIGHTBRIDGE_TOKEN_FILE or --token-file; "
                          "nightbridge token new makes one.");
    }
    if (!vault_token_hash(text, hash)) {
        return nb_err_set(err, NB_ERR_AUTH, "not_a_token",
                          "What was given as the token is none: it begins with nbt_.");
    }
    (void)snprintf(target->authorization, sizeof(target->authorization), "Bearer %s", text);
    explicit_bzero(token, sizeof(token));
    return true;
}

static bool find_key(struct cli *cli, struct cli_api_target *target, struct nb_err *err)
{
    const char *given = cli_option(cli, "key");
    char text[NB_PUBLIC_ID_TEXT];
    if (given == NULL) {
        nb_public_id_format(nb_public_id_random(), text);
        given = text;
    }
    size_t length =
        strspn(given, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_");
    if (length == 0 || given[length] != '\0' || length > KEY_MAX) {
        return nb_err_set(err, NB_ERR_INVALID, "key", "A key has 1 to %d letters, digits, - and _.",
                          KEY_MAX);
    }
    (void)snprintf(target->key, sizeof(target->key), "%s", given);
    return true;
}

bool cli_api_target_find(struct cli *cli, struct cli_api_target *ret_target, struct nb_err *err)
{
    *ret_target = (struct cli_api_target){.authorization = ""};
    return find_endpoint(cli, &ret_target->endpoint, err) && find_token(cli, ret_target, err) &&
           find_key(cli, ret_target, err);
}

void cli_api_target_fini(struct cli_api_target *target)
{
    explicit_bzero(target->authorization, sizeof(target->authorization));
}

static const char *member(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    return text == NULL ? "" : text;
}

int cli_api_refused(struct cli *cli, int status, const json_t *problem)
{
    size_t position;
    const json_t *item;
    if (cli_json(cli)) {
        json_t *document = problem == NULL ? json_pack("{s:i}", "status", status) : NULL;
        (void)json_dumpf(problem == NULL ? document : problem, stderr,
                         JSON_INDENT(2) | JSON_ENSURE_ASCII);
        (void)fputc('\n', stderr);
        json_decref(document);
        return CLI_FAILED;
    }
    const char *detail = member(problem, "detail");
    fprintf(stderr, "nightbridge: %s (%d %s)\n", *detail == '\0' ? "refused" : detail, status,
            member(problem, "code"));
    json_array_foreach(json_object_get(problem, "errors"), position, item)
    {
        const char *pointer = member(item, "pointer");
        fprintf(stderr, "  %s: %s\n", *pointer == '\0' ? "body" : pointer, member(item, "detail"));
    }
    return CLI_FAILED;
}
