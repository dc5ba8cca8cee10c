#include "tests/support/scripted_pq.h"

#include "core/base/buf.h"
#include "core/base/mem.h"

#include <libpq-fe.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define SCRIPT_MAX 64
#define COMMANDS_MAX 256
#define ARRIVED_MAX 1024
#define VALUE_TEXT 6144
#define COLUMNS 3
#define CANNED_MAX 64

struct canned {
    const char *statement;
    int count;
    const struct scripted_column *const *rows;
};

struct pg_result {
    ExecStatusType status;
    char sqlstate[6];
    const char *constraint;
    const char *columns[COLUMNS];
    char values[COLUMNS][VALUE_TEXT];
    const struct canned *canned; /* in place of columns and values */
};

enum command_kind { COMMAND_NONE = 0, COMMAND_PREPARE, COMMAND_EXECUTE };

struct command {
    enum command_kind kind;
    char name[64];
    char param[VALUE_TEXT];
};

/* What PQgetResult and the notice receiver will meet; result NULL ends a command. */
struct arrived {
    bool is_notice;
    PGresult *result;
};

struct pg_conn {
    int fd; /* readable while something has arrived or the connection is lost; writable always */
    struct scripted_server server;
    ConnStatusType status;
    PQnoticeReceiver receiver;
    void *receiver_data;
    int command_count;
    struct command commands[COMMANDS_MAX];
    int first;
    int count;
    struct arrived arrived[ARRIVED_MAX];
};

static struct {
    struct scripted_segment segments[SCRIPT_MAX];
    int segment_count;
    int next_segment;
    struct scripted_server servers[SCRIPT_MAX];
    int server_count;
    int next_server;
    int connects;
    struct canned canned[CANNED_MAX];
    int canned_count;
    int64_t txid;
    char last_host[256];
    struct nb_buf log;
} script;

static void log_text(const char *text)
{
    if (script.log.ceiling == 0) {
        nb_buf_init(&script.log, 1 << 20);
    }
    nb_buf_text(&script.log, text);
}

void scripted_pq_reset(void)
{
    nb_buf_fini(&script.log);
    memset(&script, 0, sizeof(script));
}

void scripted_pq_segment(struct scripted_segment segment)
{
    NB_ASSERT(script.segment_count < SCRIPT_MAX);
    script.segments[script.segment_count++] = segment;
}

void scripted_pq_server(struct scripted_server server)
{
    NB_ASSERT(script.server_count < SCRIPT_MAX);
    script.servers[script.server_count++] = server;
}

void scripted_pq_rows(const char *statement, int count, const struct scripted_column *const *rows)
{
    NB_ASSERT(script.canned_count < CANNED_MAX);
    script.canned[script.canned_count++] =
        (struct canned){.statement = statement, .count = count, .rows = rows};
}

int scripted_pq_connects(void)
{
    return script.connects;
}

const char *scripted_pq_log(void)
{
    return nb_buf_str(&script.log);
}

const char *scripted_pq_last_host(void)
{
    return script.last_host;
}

static struct scripted_server next_server(void)
{
    struct scripted_server usual = {.system_identifier = "7000000000000000001", .timeline = 1};

    if (script.server_count == 0) {
        return usual;
    }
    struct scripted_server server = script.servers[script.next_server];
    if (script.next_server < script.server_count - 1) {
        script.next_server++;
    }
    return server;
}

/* ---- connecting ---- */

PGconn *PQconnectStartParams(const char *const *keywords, const char *const *values,
                             int expand_dbname)
{
    PGconn *conn = nb_alloc(sizeof(*conn));

    (void)expand_dbname;
    for (int i = 0; keywords[i] != NULL; i++) {
        if (strcmp(keywords[i], "host") == 0) {
            snprintf(script.last_host, sizeof(script.last_host), "%s", values[i]);
        }
    }
    script.connects++;
    conn->server = next_server();
    conn->status = CONNECTION_STARTED;
    conn->fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    NB_ASSERT(conn->fd >= 0);
    return conn;
}

PostgresPollingStatusType PQconnectPoll(PGconn *conn)
{
    if (conn->server.silent) {
        return PGRES_POLLING_READING;
    }
    conn->status = conn->server.refuses ? CONNECTION_BAD : CONNECTION_OK;
    return conn->server.refuses ? PGRES_POLLING_FAILED : PGRES_POLLING_OK;
}

void PQfinish(PGconn *conn)
{
    if (conn == NULL) {
        return;
    }
    for (int i = conn->first; i < conn->count; i++) {
        PQclear(conn->arrived[i].result);
    }
    (void)close(conn->fd);
    nb_free(conn);
}

ConnStatusType PQstatus(const PGconn *conn)
{
    return conn->status;
}

char *PQerrorMessage(const PGconn *conn)
{
    static char text[] = "the script refuses";

    (void)conn;
    return text;
}

int PQsocket(const PGconn *conn)
{
    return conn->fd;
}

int PQsetnonblocking(PGconn *conn, int arg)
{
    (void)conn;
    (void)arg;
    return 0;
}

int PQenterPipelineMode(PGconn *conn)
{
    (void)conn;
    return 1;
}

PQnoticeReceiver PQsetNoticeReceiver(PGconn *conn, PQnoticeReceiver proc, void *arg)
{
    PQnoticeReceiver before = conn->receiver;

    conn->receiver = proc;
    conn->receiver_data = arg;
    return before;
}

PGnotify *PQnotifies(PGconn *conn)
{
    (void)conn;
    return NULL;
}

/* ---- results ---- */

static PGresult *result_new(ExecStatusType status)
{
    PGresult *result = nb_alloc(sizeof(*result));

    result->status = status;
    return result;
}

static PGresult *error_new(const char *sqlstate, const char *constraint)
{
    PGresult *result = result_new(PGRES_FATAL_ERROR);

    snprintf(result->sqlstate, sizeof(result->sqlstate), "%s", sqlstate);
    result->constraint = constraint;
    return result;
}

static void set_column(PGresult *result, int at, const char *name, const char *value)
{
    result->columns[at] = name;
    snprintf(result->values[at], VALUE_TEXT, "%s", value);
}

/* Of core/pg's own tests, or of core/store. */
static bool is_identity(const char *statement)
{
    return strcmp(statement, "identity") == 0 || strcmp(statement, "session_identity") == 0;
}

static const struct canned *find_canned(const char *statement)
{
    for (int i = script.canned_count - 1; i >= 0; i--) {
        if (strcmp(script.canned[i].statement, statement) == 0) {
            return &script.canned[i];
        }
    }
    return NULL;
}

static PGresult *rows_new(const PGconn *conn, const struct command *command)
{
    PGresult *result = result_new(PGRES_TUPLES_OK);
    char number[32];

    result->canned = find_canned(command->name);
    if (result->canned != NULL) {
        return result;
    }
    if (is_identity(command->name)) {
        snprintf(number, sizeof(number), "%lld", (long long)conn->server.timeline);
        set_column(result, 0, "system_identifier", conn->server.system_identifier);
        set_column(result, 1, "timeline", number);
        set_column(result, 2, "in_recovery", conn->server.in_recovery ? "t" : "f");
    } else {
        snprintf(number, sizeof(number), "%lld", (long long)script.txid);
        set_column(result, 0, "statement", command->name);
        set_column(result, 1, "first_param", command->param);
        set_column(result, 2, "txid", number);
    }
    return result;
}

void PQclear(PGresult *result)
{
    nb_free(result);
}

ExecStatusType PQresultStatus(const PGresult *result)
{
    return result->status;
}

char *PQresultErrorField(const PGresult *result, int field)
{
    const char *text = NULL;

    if (field == PG_DIAG_SQLSTATE && result->sqlstate[0] != '\0') {
        text = result->sqlstate;
    } else if (field == PG_DIAG_CONSTRAINT_NAME) {
        text = result->constraint;
    }
    /* libpq's signature is older than const. */
    union {
        const char *constant;
        char *plain;
    } out = {.constant = text};
    return out.plain;
}

int PQntuples(const PGresult *result)
{
    if (result->canned != NULL) {
        return result->canned->count;
    }
    return result->status == PGRES_TUPLES_OK ? 1 : 0;
}

static int find_canned_column(const struct scripted_column *row, const char *name)
{
    for (int i = 0; row[i].name != NULL; i++) {
        if (strcmp(row[i].name, name) == 0) {
            return i;
        }
    }
    return -1;
}

int PQfnumber(const PGresult *result, const char *name)
{
    if (result->canned != NULL) {
        return result->canned->count == 0 ? -1 : find_canned_column(result->canned->rows[0], name);
    }
    for (int i = 0; i < COLUMNS; i++) {
        if (result->columns[i] != NULL && strcmp(result->columns[i], name) == 0) {
            return i;
        }
    }
    return -1;
}

int PQnfields(const PGresult *result)
{
    int count = 0;

    if (result->canned == NULL) {
        while (count < COLUMNS && result->columns[count] != NULL) {
            count++;
        }
        return count;
    }
    while (result->canned->count > 0 && result->canned->rows[0][count].name != NULL) {
        count++;
    }
    return count;
}

char *PQfname(const PGresult *result, int column)
{
    union {
        const char *constant;
        char *plain;
    } out = {.constant = result->canned != NULL ? result->canned->rows[0][column].name
                                                : result->columns[column]};

    return out.plain;
}

int PQgetisnull(const PGresult *result, int row, int column)
{
    if (result->canned != NULL) {
        return result->canned->rows[row][column].value == NULL;
    }
    return result->columns[column] == NULL;
}

char *PQgetvalue(const PGresult *result, int row, int column)
{
    union {
        const char *constant;
        char *plain;
    } out;

    if (result->canned != NULL) {
        const char *value = result->canned->rows[row][column].value;
        out.constant = value == NULL ? "" : value;
    } else {
        out.constant = result->values[column];
    }
    return out.plain;
}

char *PQcmdTuples(PGresult *result)
{
    static char none[] = "";

    (void)result;
    return none;
}

/* ---- the pipeline ---- */

static struct command *add_command(PGconn *conn, enum command_kind kind, const char *name)
{
    NB_ASSERT(conn->command_count < COMMANDS_MAX);
    struct command *command = &conn->commands[conn->command_count++];

    command->kind = kind;
    snprintf(command->name, sizeof(command->name), "%s", name);
    command->param[0] = '\0';
    return command;
}

int PQsendPrepare(PGconn *conn, const char *name, const char *query, int count, const Oid *types)
{
    (void)query;
    (void)count;
    (void)types;
    add_command(conn, COMMAND_PREPARE, name);
    if (!is_identity(name)) {
        log_text("prepare ");
        log_text(name);
        log_text(";");
    }
    return conn->status == CONNECTION_OK;
}

int PQsendQueryPrepared(PGconn *conn, const char *name, int count, const char *const *values,
                        const int *lengths, const int *formats, int result_format)
{
    struct command *command = add_command(conn, COMMAND_EXECUTE, name);

    (void)lengths;
    (void)formats;
    (void)result_format;
    if (count > 0) {
        snprintf(command->param, sizeof(command->param), "%s", values[0]);
    }
    if (!is_identity(name)) {
        log_text(name);
        log_text("(");
        log_text(command->param);
        log_text(");");
    }
    return conn->status == CONNECTION_OK;
}

static void arrive(PGconn *conn, PGresult *result)
{
    NB_ASSERT(conn->count < ARRIVED_MAX);
    conn->arrived[conn->count++] = (struct arrived){.result = result};
}

static void signal_readable(PGconn *conn)
{
    const uint64_t one = 1;

    NB_ASSERT(write(conn->fd, &one, sizeof(one)) == sizeof(one));
}

static bool raises(const struct scripted_segment *segment, const struct command *command)
{
    return segment->act == SCRIPTED_RAISE && command->kind == COMMAND_EXECUTE &&
           (segment->statement == NULL || strcmp(segment->statement, command->name) == 0);
}

static void answer_commands(PGconn *conn, const struct scripted_segment *segment)
{
    bool aborted = false;

    for (int i = 0; i < conn->command_count; i++) {
        const struct command *command = &conn->commands[i];
        if (aborted) {
            arrive(conn, result_new(PGRES_PIPELINE_ABORTED));
        } else if (raises(segment, command)) {
            arrive(conn, error_new(segment->sqlstate, segment->constraint));
            aborted = true;
        } else if (command->kind == COMMAND_PREPARE) {
            arrive(conn, result_new(PGRES_COMMAND_OK));
        } else {
            arrive(conn, rows_new(conn, command));
        }
        arrive(conn, NULL);
    }
}

static void answer_commit(PGconn *conn, const struct scripted_segment *segment)
{
    if (segment->act == SCRIPTED_RAISE_AT_COMMIT) {
        arrive(conn, error_new(segment->sqlstate, segment->constraint));
        arrive(conn, NULL);
    }
    if (segment->act == SCRIPTED_WARN) {
        arrive(conn, error_new("01000", NULL));
        conn->arrived[conn->count - 1].is_notice = true;
    }
    if (segment->act == SCRIPTED_LOSE_AT_COMMIT) {
        conn->status = CONNECTION_BAD;
    } else {
        arrive(conn, result_new(PGRES_PIPELINE_SYNC));
    }
}

static struct scripted_segment next_segment(const PGconn *conn)
{
    const struct scripted_segment usual = {.act = SCRIPTED_ANSWER};
    const struct command *last = &conn->commands[conn->command_count - 1];

    if (is_identity(last->name) || script.next_segment == script.segment_count) {
        return usual;
    }
    return script.segments[script.next_segment++];
}

int PQpipelineSync(PGconn *conn)
{
    struct scripted_segment segment = next_segment(conn);

    script.txid++;
    if (!is_identity(conn->commands[conn->command_count - 1].name)) {
        log_text("sync;");
    }
    if (segment.act == SCRIPTED_LOSE) {
        conn->status = CONNECTION_BAD;
    } else if (segment.act != SCRIPTED_SILENT) {
        answer_commands(conn, &segment);
        answer_commit(conn, &segment);
    }
    conn->command_count = 0;
    if (segment.act != SCRIPTED_SILENT) {
        signal_readable(conn);
    }
    /* The loss is noticed by reading, not by the write that went before it. */
    return 1;
}

int PQflush(PGconn *conn)
{
    (void)conn;
    return 0;
}

int PQconsumeInput(PGconn *conn)
{
    uint64_t count;

    if (conn->status == CONNECTION_OK) {
        (void)!read(conn->fd, &count, sizeof(count));
    }
    return conn->status == CONNECTION_OK;
}

int PQisBusy(PGconn *conn)
{
    while (conn->first < conn->count && conn->arrived[conn->first].is_notice) {
        struct arrived *notice = &conn->arrived[conn->first++];
        conn->receiver(conn->receiver_data, notice->result);
        PQclear(notice->result);
    }
    return conn->first == conn->count;
}

PGresult *PQgetResult(PGconn *conn)
{
    PGresult *result = conn->arrived[conn->first++].result;

    if (conn->first == conn->count) {
        conn->first = 0;
        conn->count = 0;
    }
    return result;
}
