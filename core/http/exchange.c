/*
 * One call: checked, set up as an easy handle, and its result read back as "sent, maybe or not".
 */
#include "core/http/client_private.h"

#include "core/base/mem.h"
#include "core/http/address.h"

#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#define URL_BYTES 4096
#define SLOW_FOR_S 10L

/* --- what may be sent --- */

static bool base_is_good(const struct http_endpoint *endpoint)
{
    const char *url = endpoint->base_url;
    size_t scheme = strncasecmp(url, "https://", 8) == 0                           ? 8
                    : endpoint->allow_plain && strncasecmp(url, "http://", 7) == 0 ? 7
                                                                                   : 0;
    if (scheme == 0 || url[scheme] == '\0' || url[scheme] == '/') {
        return false;
    }
    for (const char *p = url + scheme; *p != '\0'; p++) {
        if (*p <= ' ' || *p > '~' || strchr("?#@\\", *p) != NULL) {
            return false;
        }
    }
    return true;
}

/* A path stays below the base: nothing that a server could read as another host or folder. */
static bool path_is_good(const char *path)
{
    if (path[0] != '/' || path[1] == '/') {
        return false;
    }
    size_t folder = strcspn(path, "?");
    for (size_t i = 0; path[i] != '\0'; i++) {
        if (path[i] <= ' ' || path[i] > '~' || path[i] == '#' || path[i] == '\\') {
            return false;
        }
        if (i < folder && strncmp(path + i, "/..", 3) == 0 &&
            (path[i + 3] == '/' || path[i + 3] == '?' || path[i + 3] == '\0')) {
            return false;
        }
    }
    return true;
}

static bool call_is_good(const struct http_call *call)
{
    bool good = base_is_good(call->endpoint) && path_is_good(call->path);
    for (size_t i = 0; good && i < call->header_count; i++) {
        good = http_header_valid(&call->headers[i]);
    }
    return good;
}

static void join_url(struct http_exchange *exchange, const struct http_call *call)
{
    const char *base = call->endpoint->base_url;
    size_t bytes = strlen(base);
    while (bytes > 0 && base[bytes - 1] == '/') {
        bytes--;
    }
    nb_buf_add(&exchange->url, base, bytes);
    nb_buf_text(&exchange->url, call->path);
}

static void add_line(struct http_exchange *exchange, const char *name, const char *value)
{
    struct nb_buf line;
    nb_buf_init(&line, (size_t)16 * 1024);
    nb_buf_text(&line, name);
    /* libcurl's spelling: "Name;" sends an empty header, "Name:" none at all. */
    nb_buf_text(&line, value == NULL ? ":" : value[0] == '\0' ? ";" : ": ");
    nb_buf_text(&line, value != NULL ? value : "");
    if (line.failed) {
        exchange->early = HTTP_FAILED_BAD_URL;
    } else {
        struct curl_slist *longer = curl_slist_append(exchange->headers, nb_buf_str(&line));
        NB_ASSERT(longer != NULL);
        exchange->headers = longer;
        explicit_bzero(line.data, line.length);
    }
    nb_buf_fini(&line);
}

static void copy_headers(struct http_exchange *exchange, const struct http_call *call)
{
    /* Waiting for "100 Continue" is a second of silence with servers that do not know it. */
    add_line(exchange, "Expect", NULL);
    bool typed = false;
    for (size_t i = 0; i < call->header_count; i++) {
        add_line(exchange, call->headers[i].name, call->headers[i].value);
        typed = typed || strcasecmp(call->headers[i].name, "Content-Type") == 0;
    }
    if (!typed) {
        add_line(exchange, "Content-Type", NULL); /* else libcurl calls every body a form */
    }
}

/* --- libcurl's callbacks: each turns its event into a flag or bytes --- */

static int on_prereq(void *data, char *remote, char *local, int remote_port, int local_port)
{
    struct http_exchange *exchange = data;
    (void)remote;
    (void)local;
    (void)remote_port;
    (void)local_port;
    NB_CHECK_MAGIC(exchange, HTTP_EXCHANGE_MAGIC);
    if (exchange->may_send != NULL && !exchange->may_send(exchange->data)) {
        exchange->aborted = true;
        return CURL_PREREQFUNC_ABORT;
    }
    exchange->may_have_left = true;
    return CURL_PREREQFUNC_OK;
}

static curl_socket_t on_open_socket(void *data, curlsocktype purpose, struct curl_sockaddr *address)
{
    struct http_exchange *exchange = data;
    (void)purpose;
    NB_CHECK_MAGIC(exchange, HTTP_EXCHANGE_MAGIC);
    if (!exchange->allow_private && !http_address_public(&address->addr)) {
        exchange->forbidden = true;
        return CURL_SOCKET_BAD;
    }
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

static size_t on_body(char *bytes, size_t one, size_t count, void *data)
{
    struct http_exchange *exchange = data;
    NB_CHECK_MAGIC(exchange, HTTP_EXCHANGE_MAGIC);
    nb_buf_add(&exchange->answer_body, bytes, one * count);
    exchange->too_large = exchange->too_large || exchange->answer_body.failed;
    return exchange->too_large ? 0 : one * count;
}

static void keep_header(struct nb_buf *headers, const char *line, size_t bytes)
{
    const char *colon = memchr(line, ':', bytes);
    if (colon == NULL) {
        return;
    }
    const char *value = colon + 1;
    const char *end = line + bytes;
    while (value < end && (*value == ' ' || *value == '\t')) {
        value++;
    }
    while (end > value && (unsigned char)end[-1] <= ' ') {
        end--;
    }
    nb_buf_add(headers, line, (size_t)(colon - line));
    nb_buf_char(headers, '\0');
    nb_buf_add(headers, value, (size_t)(end - value));
    nb_buf_char(headers, '\0');
}

static size_t on_header(char *line, size_t one, size_t count, void *data)
{
    struct http_exchange *exchange = data;
    size_t bytes = one * count;
    NB_CHECK_MAGIC(exchange, HTTP_EXCHANGE_MAGIC);
    exchange->header_bytes_seen += bytes;
    exchange->too_large = exchange->header_bytes_seen > exchange->answer_headers.ceiling;
    exchange->garbage = memchr(line, '\0', bytes) != NULL; /* would part a kept value in two */
    if (exchange->too_large || exchange->garbage) {
        return 0;
    }
    if (bytes >= 5 && strncmp(line, "HTTP/", 5) == 0) {
        nb_buf_clear(&exchange->answer_headers); /* what came before belonged to a 1xx answer */
    } else {
        keep_header(&exchange->answer_headers, line, bytes);
    }
    return bytes;
}

/* --- set-up --- */

#define set(easy, option, value) NB_ASSERT(curl_easy_setopt((easy), (option), (value)) == CURLE_OK)

static void set_method(struct http_exchange *exchange, const struct http_call *call)
{
    CURL *easy = exchange->easy;
    if (exchange->body != NULL || call->method == HTTP_POST) {
        set(easy, CURLOPT_POST, 1L);
        set(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)exchange->body_bytes);
        set(easy, CURLOPT_POSTFIELDS, exchange->body != NULL ? exchange->body : "");
    } else if (call->method == HTTP_HEAD) {
        set(easy, CURLOPT_NOBODY, 1L);
    }
    if (call->method != HTTP_HEAD) {
        set(easy, CURLOPT_CUSTOMREQUEST, http_method_name(call->method));
    }
}

static void set_walls(struct http_exchange *exchange, const struct http_endpoint *endpoint)
{
    CURL *easy = exchange->easy;
    set(easy, CURLOPT_PROTOCOLS_STR, endpoint->allow_plain ? "http,https" : "https");
    set(easy, CURLOPT_FOLLOWLOCATION, 0L);
    set(easy, CURLOPT_PROXY, ""); /* not even one that the environment names */
    set(easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    set(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    set(easy, CURLOPT_SSL_VERIFYPEER, 1L);
    set(easy, CURLOPT_SSL_VERIFYHOST, 2L);
    set(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    if (endpoint->ca_file != NULL) {
        set(easy, CURLOPT_CAINFO, endpoint->ca_file);
    }
    set(easy, CURLOPT_OPENSOCKETFUNCTION, on_open_socket);
    set(easy, CURLOPT_OPENSOCKETDATA, exchange);
    set(easy, CURLOPT_PREREQFUNCTION, on_prereq);
    set(easy, CURLOPT_PREREQDATA, exchange);
}

static void set_limits(struct http_exchange *exchange, const struct http_call *call)
{
    CURL *easy = exchange->easy;
    int64_t connect_ms = call->connect_ms > 0 ? call->connect_ms : 10000;
    connect_ms = connect_ms < call->deadline_ms ? connect_ms : call->deadline_ms;
    set(easy, CURLOPT_NOSIGNAL, 1L);
    set(easy, CURLOPT_TIMEOUT_MS, (long)call->deadline_ms);
    set(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)connect_ms);
    if (call->least_bytes_per_s > 0) {
        set(easy, CURLOPT_LOW_SPEED_LIMIT, call->least_bytes_per_s);
        set(easy, CURLOPT_LOW_SPEED_TIME, SLOW_FOR_S);
    }
    if (!call->safe_to_repeat) {
        set(easy, CURLOPT_FRESH_CONNECT, 1L);
        set(easy, CURLOPT_FORBID_REUSE, 1L);
    }
    set(easy, CURLOPT_WRITEFUNCTION, on_body);
    set(easy, CURLOPT_WRITEDATA, exchange);
    set(easy, CURLOPT_HEADERFUNCTION, on_header);
    set(easy, CURLOPT_HEADERDATA, exchange);
}

static void copy_call(struct http_exchange *exchange, const struct http_call *call)
{
    join_url(exchange, call);
    copy_headers(exchange, call);
    if (call->body != NULL) {
        exchange->body = nb_alloc(call->body_bytes + 1);
        exchange->body_bytes = call->body_bytes;
        memcpy(exchange->body, call->body, call->body_bytes);
    }
    if (exchange->url.failed) {
        exchange->early = HTTP_FAILED_BAD_URL;
    }
}

static size_t or_default(size_t value, size_t fallback)
{
    return value != 0 ? value : fallback;
}

struct http_exchange *http_exchange_create(const struct http_call *call, CURL *easy)
{
    NB_ASSERT(call->done != NULL && call->deadline_ms > 0);
    NB_ASSERT(call->method != HTTP_METHOD_NONE);
    struct http_exchange *exchange = nb_alloc(sizeof *exchange);
    exchange->magic = HTTP_EXCHANGE_MAGIC;
    exchange->easy = easy;
    exchange->may_send = call->may_send;
    exchange->done = call->done;
    exchange->data = call->data;
    exchange->allow_private = call->endpoint->allow_private;
    nb_buf_init(&exchange->url, URL_BYTES);
    nb_buf_init(&exchange->answer_headers, or_default(call->answer_header_bytes, 32768));
    nb_buf_init(&exchange->answer_body, or_default(call->answer_body_bytes, 1048576));
    if (!call_is_good(call)) {
        exchange->early = HTTP_FAILED_BAD_URL;
        return exchange;
    }
    copy_call(exchange, call);
    set(easy, CURLOPT_URL, nb_buf_str(&exchange->url));
    set(easy, CURLOPT_HTTPHEADER, exchange->headers);
    set(easy, CURLOPT_PRIVATE, exchange);
    set_walls(exchange, call->endpoint);
    set_limits(exchange, call);
    set_method(exchange, call);
    return exchange;
}

/* Placeholders were replaced in body, headers and path: nothing of them stays. */
static void wipe_buf(struct nb_buf *buf)
{
    if (buf->data != NULL) {
        explicit_bzero(buf->data, buf->length);
    }
    nb_buf_fini(buf);
}

void http_exchange_free(struct http_exchange *exchange)
{
    for (struct curl_slist *line = exchange->headers; line != NULL; line = line->next) {
        explicit_bzero(line->data, strlen(line->data));
    }
    curl_slist_free_all(exchange->headers);
    if (exchange->body != NULL) {
        explicit_bzero(exchange->body, exchange->body_bytes);
        nb_free(exchange->body);
    }
    wipe_buf(&exchange->url);
    wipe_buf(&exchange->answer_headers);
    wipe_buf(&exchange->answer_body);
    exchange->magic = 0;
    nb_free(exchange);
}

/* --- the result --- */

static const struct {
    CURLcode code;
    enum http_failure failure;
} failures[] = {
    {CURLE_OK, HTTP_FAILED_NONE},
    {CURLE_COULDNT_CONNECT, HTTP_FAILED_REFUSED},
    {CURLE_COULDNT_RESOLVE_HOST, HTTP_FAILED_RESOLVE},
    {CURLE_URL_MALFORMAT, HTTP_FAILED_BAD_URL},
    {CURLE_SSL_CONNECT_ERROR, HTTP_FAILED_TLS},
    {CURLE_PEER_FAILED_VERIFICATION, HTTP_FAILED_TLS},
    {CURLE_SSL_CERTPROBLEM, HTTP_FAILED_TLS},
    {CURLE_SSL_CIPHER, HTTP_FAILED_TLS},
    {CURLE_SSL_CACERT_BADFILE, HTTP_FAILED_TLS},
    {CURLE_SSL_ISSUER_ERROR, HTTP_FAILED_TLS},
    {CURLE_SSL_INVALIDCERTSTATUS, HTTP_FAILED_TLS},
    {CURLE_OPERATION_TIMEDOUT, HTTP_FAILED_TIMEOUT},
    {CURLE_GOT_NOTHING, HTTP_FAILED_EMPTY},
    {CURLE_UNSUPPORTED_PROTOCOL, HTTP_FAILED_GARBAGE}, /* an answer without a status line */
    {CURLE_WEIRD_SERVER_REPLY, HTTP_FAILED_GARBAGE},
    {CURLE_BAD_CONTENT_ENCODING, HTTP_FAILED_GARBAGE},
    {CURLE_OUT_OF_MEMORY, HTTP_FAILED_TOO_LARGE}, /* libcurl's own ceiling for one header */
    {CURLE_FILESIZE_EXCEEDED, HTTP_FAILED_TOO_LARGE},
};

static enum http_failure failure_of(const struct http_exchange *exchange)
{
    if (exchange->early != HTTP_FAILED_NONE) {
        return exchange->early;
    }
    if (exchange->aborted) {
        return HTTP_FAILED_ABORTED;
    }
    if (exchange->too_large) {
        return HTTP_FAILED_TOO_LARGE;
    }
    if (exchange->garbage) {
        return HTTP_FAILED_GARBAGE;
    }
    for (size_t i = 0; i < NB_COUNT(failures); i++) {
        if (failures[i].code == exchange->result) {
            return failures[i].failure;
        }
    }
    return HTTP_FAILED_RESET;
}

struct http_answer http_exchange_answer(const struct http_exchange *exchange)
{
    struct http_answer answer = {
        .failure = failure_of(exchange),
        .headers = nb_buf_str(&exchange->answer_headers),
        .header_bytes = exchange->answer_headers.length,
        .body = nb_buf_str(&exchange->answer_body),
        .body_bytes = exchange->answer_body.length,
    };
    answer.sent = exchange->may_have_left ? HTTP_MAYBE_SENT : HTTP_NOT_SENT;
    curl_off_t elapsed_us = 0;
    if (exchange->easy != NULL &&
        curl_easy_getinfo(exchange->easy, CURLINFO_TOTAL_TIME_T, &elapsed_us) == CURLE_OK) {
        answer.elapsed_us = elapsed_us;
    }
    if (answer.failure == HTTP_FAILED_NONE) {
        long status = 0;
        NB_ASSERT(curl_easy_getinfo(exchange->easy, CURLINFO_RESPONSE_CODE, &status) == CURLE_OK);
        answer.sent = HTTP_SENT;
        answer.status = (int)status;
    }
    return answer;
}

const char *http_answer_header(const struct http_answer *answer, const char *name)
{
    const char *end = answer->headers + answer->header_bytes;
    for (const char *at = answer->headers; at < end;) {
        const char *value = at + strlen(at) + 1;
        if (strcasecmp(at, name) == 0) {
            return value;
        }
        at = value + strlen(value) + 1;
    }
    return NULL;
}

const char *http_failure_name(enum http_failure failure)
{
    static const char *const names[] = {
        [HTTP_FAILED_NONE] = "none",       [HTTP_FAILED_REFUSED] = "refused",
        [HTTP_FAILED_RESOLVE] = "resolve", [HTTP_FAILED_TLS] = "tls",
        [HTTP_FAILED_TIMEOUT] = "timeout", [HTTP_FAILED_RESET] = "reset",
        [HTTP_FAILED_EMPTY] = "empty",     [HTTP_FAILED_TOO_LARGE] = "too_large",
        [HTTP_FAILED_ABORTED] = "aborted", [HTTP_FAILED_BAD_URL] = "bad_url",
        [HTTP_FAILED_BUSY] = "busy",       [HTTP_FAILED_GARBAGE] = "garbage",
    };
    NB_ASSERT((size_t)failure < NB_COUNT(names));
    return names[failure];
}
