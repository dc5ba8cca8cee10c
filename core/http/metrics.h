/*
 * Counters, gauges and histograms of one process, as Prometheus text (0.0.4).
 * Every series is declared at start, labels included: no label can be made from what a request
 * says, so no guest, place or partner can appear in one, and their number is bounded.
 */
#ifndef NB_HTTP_METRICS_H
#define NB_HTTP_METRICS_H

#include "core/base/buf.h"

#include <stdint.h>

#define METRICS_TYPE "text/plain; version=0.0.4; charset=utf-8"
#define METRICS_SERIES 512
#define METRICS_BOUNDS 16

struct metrics;
struct metric; /* one series; valid until the registry's end */

struct metrics *metrics_create(void);
/* Accepts NULL; returns NULL. */
struct metrics *metrics_destroy(struct metrics *metrics);

/* name: [a-z_]+ with a unit ("nightbridge_http_answers_total"). labels: literal text such as
 * "role=\"api\",status=\"2xx\"", or NULL. help: one line. All static, borrowed. Series of one name
 * are declared one after another. Aborts beyond METRICS_SERIES. */
struct metric *metrics_counter(struct metrics *metrics, const char *name, const char *labels,
                               const char *help);
struct metric *metrics_gauge(struct metrics *metrics, const char *name, const char *labels,
                             const char *help);
/* bounds: rising, at most METRICS_BOUNDS, in microseconds; written out in seconds. */
struct metric *metrics_histogram(struct metrics *metrics, const char *name, const char *labels,
                                 const char *help, const int64_t *bounds_us, size_t count);

void metric_add(struct metric *metric, int64_t by);
/* Gauges only. */
void metric_set(struct metric *metric, int64_t value);
/* Histograms only. */
void metric_observe_us(struct metric *metric, int64_t us);
int64_t metric_value(const struct metric *metric);

void metrics_write(const struct metrics *metrics, struct nb_buf *buf);

#endif
