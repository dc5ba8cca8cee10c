#include "core/pg/direct.h"

#include "core/base/mem.h"
#include "core/pg/call.h"

#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DIRECT_MAGIC 0x64697263u
#define KEYWORDS_MAX 80
#define COPY_CHUNK_BYTES (1 << 20)

struct pg_direct {
    unsigned magic;
    PGconn *pq;
    PGresult *result; /* whose rows are borrowed */
};

static const struct pg_statement is_standby = {
    .name = "direct_is_standby", .text = "show transaction_read_only", .param_count = 0};
static const struct pg_statement begin = {.name = "direct_begin", .text = "begin"};
static const struct pg_statement commit = {.name = "direct_commit", .text = "commit"};

static void ignore_notice(void *data, const PGresult *notice)
{
    (void)data;
    (void)notice;
}

/* The first line of libpq's own words: they name host, user and reason, never a password. */
static bool not_connected(PGconn *pq, struct nb_err *err)
{
    const char *text = PQerrorMessage(pq);
    int length = (int)strcspn(text, "\n");
    bool refused = PQconnectionNeedsPassword(pq) != 0 || PQconnectionUsedPassword(pq) != 0;
    return nb_err_set(err, refused ? NB_ERR_AUTH : NB_ERR_UNAVAILABLE, "database_unavailable",
                      "no connection to the database: %.*s", length, text);
}

static PGconn *connect_to(struct pg_conninfo *conninfo, const struct pg_endpoint *endpoint,
                          int64_t timeout_ms)
{
    const char *const *keywords;
    const char *const *values;
    const char *all_keywords[KEYWORDS_MAX];
    const char *all_values[KEYWORDS_MAX];
    char seconds[16];
    size_t count = 0;
    pg_conninfo_params(conninfo, endpoint, &keywords, &values);
    while (count < KEYWORDS_MAX - 2 && keywords[count] != NULL) {
        all_keywords[count] = keywords[count];
        all_values[count] = values[count];
        count++;
    }
    (void)snprintf(seconds, sizeof(seconds), "%d", (int)(timeout_ms / 1000));
    all_keywords[count] = "connect_timeout";
    all_values[count] = seconds;
    all_keywords[count + 1] = NULL;
    all_values[count + 1] = NULL;
    return PQconnectdbParams(all_keywords, all_values, 0);
}

/* False for a server that is away, and for a standby. */
static bool try_endpoint(struct pg_direct *direct, struct pg_conninfo *conninfo,
                         const struct pg_endpoint *endpoint, int64_t timeout_ms, struct nb_err *err)
{
    struct pg_rows rows;
    direct->pq = connect_to(conninfo, endpoint, timeout_ms);
    if (PQstatus(direct->pq) != CONNECTION_OK) {
        return not_connected(direct->pq, err);
    }
    (void)PQsetNoticeReceiver(direct->pq, ignore_notice, NULL);
    if (!pg_direct_ask(direct, &is_standby, NULL, &rows, err)) {
        return false;
    }
    if (strcmp(pg_row_text(&rows, 0, "transaction_read_only"), "off") != 0) {
        return nb_err_set(err, NB_ERR_UNAVAILABLE, "standby",
                          "the database server is a standby; name the primary as well");
    }
    return true;
}

static void hang_up(struct pg_direct *direct)
{
    PQclear(direct->result);
    direct->result = NULL;
    PQfinish(direct->pq);
    direct->pq = NULL;
}

bool pg_direct_open(struct pg_conninfo *conninfo, int64_t timeout_ms, struct pg_direct **ret_direct,
                    struct nb_err *err)
{
    const struct pg_endpoints *endpoints = pg_conninfo_endpoints(conninfo);
    struct pg_direct *direct = nb_alloc(sizeof(*direct));
    direct->magic = DIRECT_MAGIC;
    for (int i = 0; i < endpoints->count; i++) {
        if (try_endpoint(direct, conninfo, &endpoints->at[i], timeout_ms, err)) {
            *ret_direct = direct;
            return true;
        }
        hang_up(direct);
    }
    pg_direct_close(direct);
    return false;
}

struct pg_direct *pg_direct_close(struct pg_direct *direct)
{
    if (direct == NULL) {
        return NULL;
    }
    NB_CHECK_MAGIC(direct, DIRECT_MAGIC);
    hang_up(direct);
    direct->magic = 0;
    return nb_free(direct);
}

static const char *field(const PGresult *result, int code)
{
    const char *text = result == NULL ? NULL : PQresultErrorField(result, code);
    return text == NULL ? "" : text;
}

static bool lost(struct nb_err *err)
{
    return nb_err_set(err, NB_ERR_TIMEOUT, "connection_lost",
                      "the connection to the database was lost; run the command again");
}

/* Reads to the end of the command; keeps the first failure, else the last result. */
static PGresult *drain(PGconn *pq)
{
    PGresult *kept = NULL;
    PGresult *next;
    while ((next = PQgetResult(pq)) != NULL) {
        if (kept != NULL && PQresultStatus(kept) == PGRES_FATAL_ERROR) {
            PQclear(next);
            continue;
        }
        PQclear(kept);
        kept = next;
        if (PQresultStatus(next) == PGRES_COPY_IN) {
            break; /* the caller goes on */
        }
    }
    return kept;
}

bool pg_direct_ask(struct pg_direct *direct, const struct pg_statement *statement,
                   const struct pg_params *params, struct pg_rows *ret_rows, struct nb_err *err)
{
    NB_CHECK_MAGIC(direct, DIRECT_MAGIC);
    NB_ASSERT(statement->param_count == (params == NULL ? 0 : params->count));
    PQclear(direct->result);
    direct->result = NULL;
    if (PQsendQueryParams(direct->pq, statement->text, statement->param_count, NULL,
                          params == NULL ? NULL : params->values,
                          params == NULL ? NULL : params->lengths,
                          params == NULL ? NULL : params->formats, 0) != 1) {
        return lost(err);
    }
    direct->result = drain(direct->pq);
    if (direct->result == NULL || PQstatus(direct->pq) != CONNECTION_OK) {
        return lost(err);
    }
    if (PQresultStatus(direct->result) == PGRES_FATAL_ERROR) {
        const struct pg_answer answer = {.outcome = PG_REFUSED,
                                         .sqlstate = field(direct->result, PG_DIAG_SQLSTATE),
                                         .constraint =
                                             field(direct->result, PG_DIAG_CONSTRAINT_NAME)};
        return pg_answer_ok(&answer, err);
    }
    if (ret_rows != NULL) {
        ret_rows->result = direct->result;
    }
    return true;
}

/* Where in the file the server stopped reading; its position counts characters, not bytes. */
static int line_of(const struct sql_file *file, const char *position)
{
    long characters = strtol(position, NULL, 10);
    int line = 1;
    for (size_t i = 0; i < file->length && characters > 1; i++) {
        line += file->bytes[i] == '\n' ? 1 : 0;
        characters -= (file->bytes[i] & 0xc0) != 0x80 ? 1 : 0;
    }
    return line;
}

static bool file_failed(const struct sql_file *file, const PGresult *result, struct nb_err *err)
{
    const char *position = field(result, PG_DIAG_STATEMENT_POSITION);
    const char *context = field(result, PG_DIAG_CONTEXT);
    char where[24] = "";
    if (*position != '\0') {
        (void)snprintf(where, sizeof(where), ", line %d", line_of(file, position));
    }
    int shown = (int)strcspn(context, "\n");
    return nb_err_set(err, NB_ERR_CONFLICT, field(result, PG_DIAG_SQLSTATE), "sql/%s%s: %s%s%.*s",
                      file->path, where, field(result, PG_DIAG_MESSAGE_PRIMARY),
                      shown > 0 ? "; " : "", shown, context);
}

static bool send_copy(struct pg_direct *direct, const struct sql_file *copy, struct nb_err *err)
{
    const char *refusal = copy == NULL ? "no file to copy from" : NULL;
    for (size_t sent = 0; copy != NULL && sent < copy->length;) {
        size_t left = copy->length - sent;
        int chunk = left < COPY_CHUNK_BYTES ? (int)left : COPY_CHUNK_BYTES;
        if (PQputCopyData(direct->pq, (const char *)copy->bytes + sent, chunk) != 1) {
            return lost(err);
        }
        sent += (size_t)chunk;
    }
    return PQputCopyEnd(direct->pq, refusal) == 1 || lost(err);
}

bool pg_direct_run(struct pg_direct *direct, const struct sql_file *file,
                   const struct sql_file *copy, struct nb_err *err)
{
    NB_CHECK_MAGIC(direct, DIRECT_MAGIC);
    PQclear(direct->result);
    direct->result = NULL;
    if (PQsendQuery(direct->pq, (const char *)file->bytes) != 1) {
        return lost(err);
    }
    PGresult *result = drain(direct->pq);
    while (result != NULL && PQresultStatus(result) == PGRES_COPY_IN) {
        PQclear(result);
        if (!send_copy(direct, copy, err)) {
            return false;
        }
        copy = NULL;
        result = drain(direct->pq);
    }
    bool good = result != NULL && PQresultStatus(result) != PGRES_FATAL_ERROR &&
                PQstatus(direct->pq) == CONNECTION_OK;
    if (!good) {
        (void)(result == NULL || PQstatus(direct->pq) != CONNECTION_OK
                   ? lost(err)
                   : file_failed(file, result, err));
    }
    PQclear(result);
    return good;
}

bool pg_direct_begin(struct pg_direct *direct, struct nb_err *err)
{
    return pg_direct_ask(direct, &begin, NULL, NULL, err);
}

bool pg_direct_commit(struct pg_direct *direct, struct nb_err *err)
{
    if (!pg_direct_ask(direct, &commit, NULL, NULL, err)) {
        return false;
    }
    /* A transaction that failed before answers COMMIT with ROLLBACK. */
    return strcmp(PQcmdStatus(direct->result), "COMMIT") == 0 ||
           nb_err_set(err, NB_ERR_CONFLICT, "rolled_back", "the transaction was undone");
}
