#include "core/http/metrics.h"

#include "core/base/mem.h"

#include <inttypes.h>
#include <string.h>

enum http_metric_kind {
    HTTP_METRIC_NONE = 0,
    HTTP_METRIC_COUNTER,
    HTTP_METRIC_GAUGE,
    HTTP_METRIC_HISTOGRAM
};

struct http_metric {
    enum http_metric_kind kind;
    const char *name;
    const char *labels;
    const char *help;
    int64_t value; /* of a histogram: its sum in microseconds */
    const int64_t *bounds_us;
    size_t bound_count;
    uint64_t buckets[HTTP_METRICS_BOUNDS + 1]; /* the last one: beyond every bound */
};

struct http_metrics {
    size_t count;
    struct http_metric series[HTTP_METRICS_SERIES];
};

struct http_metrics *http_metrics_create(void)
{
    return nb_alloc(sizeof(struct http_metrics));
}

struct http_metrics *http_metrics_destroy(struct http_metrics *metrics)
{
    return nb_free(metrics);
}

static struct http_metric *declare(struct http_metrics *metrics, enum http_metric_kind kind,
                                   const char *name, const char *labels, const char *help)
{
    NB_ASSERT(metrics->count < HTTP_METRICS_SERIES);
    struct http_metric *metric = &metrics->series[metrics->count++];
    metric->kind = kind;
    metric->name = name;
    metric->labels = labels != NULL ? labels : "";
    metric->help = help;
    return metric;
}

struct http_metric *http_metrics_counter(struct http_metrics *metrics, const char *name,
                                         const char *labels, const char *help)
{
    return declare(metrics, HTTP_METRIC_COUNTER, name, labels, help);
}

struct http_metric *http_metrics_gauge(struct http_metrics *metrics, const char *name,
                                       const char *labels, const char *help)
{
    return declare(metrics, HTTP_METRIC_GAUGE, name, labels, help);
}

struct http_metric *http_metrics_histogram(struct http_metrics *metrics, const char *name,
                                           const char *labels, const char *help,
                                           const int64_t *bounds_us, size_t count)
{
    NB_ASSERT(count > 0 && count <= HTTP_METRICS_BOUNDS);
    struct http_metric *metric = declare(metrics, HTTP_METRIC_HISTOGRAM, name, labels, help);
    metric->bounds_us = bounds_us;
    metric->bound_count = count;
    return metric;
}

void http_metric_add(struct http_metric *metric, int64_t by)
{
    NB_ASSERT(metric->kind == HTTP_METRIC_GAUGE ||
              (metric->kind == HTTP_METRIC_COUNTER && by >= 0));
    metric->value += by;
}

void http_metric_set(struct http_metric *metric, int64_t value)
{
    NB_ASSERT(metric->kind == HTTP_METRIC_GAUGE);
    metric->value = value;
}

void http_metric_observe_us(struct http_metric *metric, int64_t us)
{
    NB_ASSERT(metric->kind == HTTP_METRIC_HISTOGRAM);
    size_t i = 0;
    while (i < metric->bound_count && us > metric->bounds_us[i]) {
        i++;
    }
    metric->buckets[i]++;
    metric->value += us;
}

static void write_name(struct nb_buf *buf, const struct http_metric *metric, const char *suffix)
{
    nb_buf_text(buf, metric->name);
    nb_buf_text(buf, suffix);
    if (metric->labels[0] != '\0') {
        nb_buf_printf(buf, "{%s}", metric->labels);
    }
    nb_buf_char(buf, ' ');
}

/* Seconds as decimal text, without a floating-point detour. */
static void write_seconds(struct nb_buf *buf, int64_t us)
{
    nb_buf_printf(buf, "%" PRId64 ".%06" PRId64, us / 1000000, us % 1000000);
}

static void write_histogram(struct nb_buf *buf, const struct http_metric *metric)
{
    uint64_t total = 0;
    const char *comma = metric->labels[0] != '\0' ? "," : "";
    for (size_t i = 0; i <= metric->bound_count; i++) {
        total += metric->buckets[i];
        nb_buf_printf(buf, "%s_bucket{%s%sle=\"", metric->name, metric->labels, comma);
        if (i < metric->bound_count) {
            write_seconds(buf, metric->bounds_us[i]);
        } else {
            nb_buf_text(buf, "+Inf");
        }
        nb_buf_printf(buf, "\"} %" PRIu64 "\n", total);
    }
    write_name(buf, metric, "_sum");
    write_seconds(buf, metric->value);
    nb_buf_char(buf, '\n');
    write_name(buf, metric, "_count");
    nb_buf_printf(buf, "%" PRIu64 "\n", total);
}

static const char *kind_word(enum http_metric_kind kind)
{
    switch (kind) {
    case HTTP_METRIC_COUNTER:
        return "counter";
    case HTTP_METRIC_GAUGE:
        return "gauge";
    case HTTP_METRIC_HISTOGRAM:
        return "histogram";
    case HTTP_METRIC_NONE:
        break;
    }
    return "untyped";
}

void http_metrics_write(const struct http_metrics *metrics, struct nb_buf *buf)
{
    const char *last = "";
    for (size_t i = 0; i < metrics->count; i++) {
        const struct http_metric *metric = &metrics->series[i];
        if (strcmp(last, metric->name) != 0) {
            nb_buf_printf(buf, "# HELP %s %s\n# TYPE %s %s\n", metric->name, metric->help,
                          metric->name, kind_word(metric->kind));
            last = metric->name;
        }
        if (metric->kind == HTTP_METRIC_HISTOGRAM) {
            write_histogram(buf, metric);
        } else {
            write_name(buf, metric, "");
            nb_buf_printf(buf, "%" PRId64 "\n", metric->value);
        }
    }
}
