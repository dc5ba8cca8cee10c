/*
 * Counters, gauges and histograms of one process, as Prometheus text (0.0.4).
 * Every series is declared at start, labels included: no label can be made from what a request
 * says, so no guest, place or partner can appear in one, and their number is bounded.
 */
#ifndef NB_HTTP_METRICS_H
#define NB_HTTP_METRICS_H

#include "core/base/buf.h"

#include <stdint.h>

#define HTTP_METRICS_TYPE "text/plain; version=0.0.4; charset=utf-8"
#define HTTP_METRICS_SERIES 512
#define HTTP_METRICS_BOUNDS 16

struct http_metrics;
struct http_metric; /* one series; valid until the registry's end */

struct http_metrics *http_metrics_create(void);
/* Accepts NULL; returns NULL. */
struct http_metrics *http_metrics_destroy(struct http_metrics *metrics);

/* name: [a-z_]+ with a unit ("nightbridge_http_answers_total"). labels: literal text such as
 * "role=\"api\",status=\"2xx\"", or NULL. help: one line. All static, borrowed. Series of one name
 * are declared one after another. Aborts beyond HTTP_METRICS_SERIES. */
struct http_metric *http_metrics_counter(struct http_metrics *metrics, const char *name,
                                         const char *labels, const char *help);
struct http_metric *http_metrics_gauge(struct http_metrics *metrics, const char *name,
                                       const char *labels, const char *help);
/* bounds: rising, at most HTTP_METRICS_BOUNDS, in microseconds; written out in seconds. */
struct http_metric *http_metrics_histogram(struct http_metrics *metrics, const char *name,
                                           const char *labels, const char *help,
                                           const int64_t *bounds_us, size_t count);

void http_metric_add(struct http_metric *metric, int64_t by);
/* Gauges only. */
void http_metric_set(struct http_metric *metric, int64_t value);
/* Histograms only. */
void http_metric_observe_us(struct http_metric *metric, int64_t us);

void http_metrics_write(const struct http_metrics *metrics, struct nb_buf *buf);

#endif
