/*
 * The reference of options_sql: one prepared statement, one connection, a list of what to ask for.
 * Prints one JSON line as load.c does. Invariant: every line is asked once, and rows are counted.
 * usage: nearest STATEMENT_FILE LIST     a line of the list: latitude longitude meters night nights
 */
#include "core/base/buf.h"
#include "core/base/clock.h"
#include "core/base/mem.h"

#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COLUMNS 5
#define ASKED_MAX 100000

static _Noreturn void die(const char *what)
{
    fprintf(stderr, "nearest: %s\n", what);
    exit(1);
}

static void read_statement(const char *path, struct nb_buf *buf)
{
    char piece[4096];
    FILE *file = fopen(path, "re");

    if (file == NULL) {
        die(path);
    }
    for (size_t bytes; (bytes = fread(piece, 1, sizeof(piece), file)) > 0;) {
        nb_buf_add(buf, piece, bytes);
    }
    fclose(file);
}

/* Rows found; the line is cut into its columns. */
static long ask(PGconn *conn, char *line)
{
    const char *values[COLUMNS];
    char *rest = NULL;

    for (int i = 0; i < COLUMNS; i++) {
        values[i] = strtok_r(i == 0 ? line : NULL, " \n", &rest);
        if (values[i] == NULL) {
            die("a line has five columns");
        }
    }
    PGresult *result = PQexecPrepared(conn, "nearest", COLUMNS, values, NULL, NULL, 0);
    if (PQresultStatus(result) != PGRES_TUPLES_OK) {
        die(PQerrorMessage(conn));
    }
    long rows = PQntuples(result);
    PQclear(result);
    return rows;
}

static int compare(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a;
    int64_t y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
    struct nb_buf statement;
    char line[200];
    long rows = 0;
    size_t count = 0;
    int64_t *took_us = nb_alloc_array(ASKED_MAX, sizeof(*took_us));

    if (argc != 3) {
        die("usage: nearest STATEMENT_FILE LIST");
    }
    nb_buf_init(&statement, 65536);
    read_statement(argv[1], &statement);
    PGconn *conn = PQconnectdb("");
    PGresult *prepared = PQprepare(conn, "nearest", nb_buf_str(&statement), COLUMNS, NULL);
    FILE *list = fopen(argv[2], "re");
    if (PQresultStatus(prepared) != PGRES_COMMAND_OK || list == NULL) {
        die(PQerrorMessage(conn));
    }
    struct nb_mono started = nb_mono_now();
    while (count < ASKED_MAX && fgets(line, sizeof(line), list) != NULL) {
        struct nb_mono began = nb_mono_now();
        rows += ask(conn, line);
        took_us[count++] = (nb_mono_now().ns - began.ns) / 1000;
    }
    if (count == 0) {
        die("nothing was asked");
    }
    double seconds = (double)(nb_mono_now().ns - started.ns) / 1e9;
    qsort(took_us, count, sizeof(*took_us), compare);
    printf("{\"answered\":%zu,\"rows\":%ld,\"rate\":%.1f,\"p50_us\":%lld,\"p99_us\":%lld}\n", count,
           rows, (double)count / seconds, (long long)took_us[(count - 1) / 2],
           (long long)took_us[(count - 1) * 99 / 100]);
    fclose(list);
    PQclear(prepared);
    PQfinish(conn);
    nb_buf_fini(&statement);
    free(took_us);
    return 0;
}
