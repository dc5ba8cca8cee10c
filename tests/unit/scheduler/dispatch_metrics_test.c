/* Every way an operation can end has a series of its own, declared before the first one ends. */
#include "core/base/mem.h"
#include "core/scheduler/dispatch_private.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

TestSuite(dispatch_metrics, .timeout = 10);

static void expect_counted(const struct dispatch_metrics *metrics,
                           const struct http_metrics *registry, const char *outcome)
{
    struct nb_buf text;
    char line[160];
    nb_buf_init(&text, 1u << 20);
    dispatch_metrics_count_end(metrics, STORE_WORK_READ, outcome);
    http_metrics_write(registry, &text);
    snprintf(line, sizeof(line),
             "nightbridge_dispatch_operations_total{operation=\"read\",outcome=\"%s\"} 1\n",
             outcome);
    cr_expect_not_null(strstr(nb_buf_str(&text), line), "%s", line);
    nb_buf_fini(&text);
}

Test(dispatch_metrics, count_every_word_of_the_vocabulary_once)
{
    static const char *const others[] = {"not_sent", "protocol", "bad_ask", "unsupported"};
    struct http_metrics *registry = http_metrics_create();
    struct dispatch_metrics metrics;
    dispatch_metrics_declare(&metrics, registry);
    for (int i = NB_OUTCOME_NONE + 1; i < NB_OUTCOME_COUNT; i++) {
        expect_counted(&metrics, registry, dispatch_outcome_word((enum nb_outcome)i));
    }
    for (size_t i = 0; i < NB_COUNT(others); i++) {
        expect_counted(&metrics, registry, others[i]);
    }
    http_metrics_destroy(registry);
}
