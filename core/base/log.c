#include "core/base/log.h"

#include "core/base/buf.h"
#include "core/base/clock.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

/* Longer than any honest line; shorter than PIPE_BUF, so that lines of several processes on one
 * pipe are never mixed. */
#define LINE_CEILING 4000

static const char *log_role = "main";
static enum nb_log_level log_lowest = NB_LOG_INFO;
static bool log_held;
/* Lines that leave with one write: no more of them than a pipe takes unmixed. */
static char log_waiting[PIPE_BUF];
static size_t log_waiting_bytes;

static const char *const level_words[] = {"none", "debug", "info", "warn", "error"};

void nb_log_open(const char *role, enum nb_log_level lowest)
{
    log_role = role;
    log_lowest = lowest;
}

bool nb_log_level_parse(const char *word, enum nb_log_level *ret_level)
{
    for (int level = NB_LOG_DEBUG; level <= NB_LOG_ERROR; level++) {
        if (strcmp(word, level_words[level]) == 0) {
            *ret_level = (enum nb_log_level)level;
            return true;
        }
    }
    return false;
}

/* A JSON string. Control bytes are escaped, so that no text can forge a line; bytes beyond ASCII
 * become "?", since a cut UTF-8 sequence would make the line unreadable to parsers. */
static void add_quoted(struct nb_buf *line, const char *text)
{
    nb_buf_char(line, '"');
    for (const char *at = text; *at != '\0'; at++) {
        unsigned char c = (unsigned char)*at;
        if (c == '"' || c == '\\') {
            nb_buf_char(line, '\\');
            nb_buf_char(line, (char)c);
        } else if (c < 0x20 || c == 0x7f) {
            nb_buf_printf(line, "\\u%04x", c);
        } else {
            nb_buf_char(line, c < 0x80 ? (char)c : '?');
        }
    }
    nb_buf_char(line, '"');
}

static void add_field(struct nb_buf *line, const struct nb_log_field *field)
{
    nb_buf_char(line, ',');
    add_quoted(line, field->name);
    nb_buf_char(line, ':');
    if (field->text != NULL) {
        add_quoted(line, field->text);
    } else {
        nb_buf_printf(line, "%" PRId64, field->number);
    }
}

static void begin_line(struct nb_buf *line, enum nb_log_level level, const char *event)
{
    char at[NB_INSTANT_TEXT];

    nb_instant_format(nb_instant_of_machine(), at);
    nb_buf_printf(line, "{\"at\":\"%s\",\"pid\":%d,\"level\":\"%s\",\"role\":", at, (int)getpid(),
                  level_words[level]);
    add_quoted(line, log_role);
    nb_buf_text(line, ",\"event\":");
    add_quoted(line, event);
}

static void write_all(const char *text, size_t length)
{
    while (length > 0) {
        ssize_t put = write(STDERR_FILENO, text, length);
        if (put < 0 && errno == EINTR) {
            continue;
        }
        /* Nobody can be told that the log is gone. */
        if (put <= 0) {
            return;
        }
        text += put;
        length -= (size_t)put;
    }
}

void nb_log_flush(void)
{
    write_all(log_waiting, log_waiting_bytes);
    log_waiting_bytes = 0;
}

void nb_log_hold(bool held)
{
    log_held = held;
    nb_log_flush();
}

static void write_line(enum nb_log_level level, const char *text, size_t length)
{
    if (log_waiting_bytes + length > sizeof(log_waiting)) {
        nb_log_flush();
    }
    memcpy(log_waiting + log_waiting_bytes, text, length);
    log_waiting_bytes += length;
    if (!log_held || level >= NB_LOG_WARN) {
        nb_log_flush();
    }
}

void nb_log_write(enum nb_log_level level, const char *event, const struct nb_log_field *fields,
                  size_t count)
{
    struct nb_buf line;

    NB_ASSERT(level > NB_LOG_NONE && level <= NB_LOG_ERROR);
    if (level < log_lowest) {
        return;
    }
    nb_buf_init(&line, LINE_CEILING);
    begin_line(&line, level, event);
    for (size_t i = 0; i < count; i++) {
        add_field(&line, &fields[i]);
    }
    nb_buf_text(&line, "}\n");
    if (line.failed) {
        /* Half a line is worth less than knowing which one was too long. */
        nb_buf_clear(&line);
        begin_line(&line, level, event);
        nb_buf_text(&line, ",\"truncated\":1}\n");
    }
    write_line(level, nb_buf_str(&line), line.length);
    nb_buf_fini(&line);
}
