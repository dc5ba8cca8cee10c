/* The conformance run passes what keeps the contract, and says what is wrong with what does not. */
#include "core/plugin/conformance.h"

#include "core/base/mem.h"
#include "tests/support/plugins/hostile/hostile.h"
#include "tests/unit/plugin/image.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

TestSuite(plugin_conformance, .timeout = 300);

/* What one run printed. */
struct printed {
    struct plugin_conformance_report report;
    char *text; /* of malloc */
    size_t bytes;
    bool passed;
};

static void run(const char *path, struct printed *printed)
{
    *printed = (struct printed){0};
    FILE *out = open_memstream(&printed->text, &printed->bytes);
    cr_assert_not_null(out);
    printed->passed = plugin_conformance_run(path, NULL, out, &printed->report);
    fclose(out);
}

Test(plugin_conformance, passes_every_plugin_that_keeps_the_contract)
{
    static const char *const files[] = {"plugins/choice.so",       "plugins/ihg.so",
                                        "plugins/skeleton.so",     "plugins/wyndham.so",
                                        "plugins/marriott.so",     "plugins/skymiles.so",
                                        "test-plugins/hostile.so", "test-plugins/flight.so"};
    for (size_t i = 0; i < NB_COUNT(files); i++) {
        NB_AUTOFREE char *path = image_path(files[i]);
        struct printed printed;
        run(path, &printed);
        cr_expect(printed.passed, "%s:\n%s", files[i], printed.text);
        cr_expect_eq(printed.report.failed, 0);
        cr_expect_geq(printed.report.passed, 10);
        cr_expect_str_eq(printed.report.first_failure, "");
        cr_expect(strstr(printed.text, "FAILED") == NULL);
        cr_expect(strstr(printed.text, "SHA-256") != NULL, "what an administrator installs by");
        free(printed.text);
    }
}

/* The hostile plugin with another initial behavior, as a file of its own. */
static void write_hostile(const char *behavior, const char *path)
{
    struct plugin_image image = image_of("test-plugins/hostile.so");
    char *initial = memmem(image.bytes, image.count, HOSTILE_INITIAL, sizeof(HOSTILE_INITIAL));
    cr_assert_not_null(initial);
    cr_assert_lt(strlen(behavior), sizeof(HOSTILE_INITIAL));
    memset(initial, 0, sizeof(HOSTILE_INITIAL));
    memcpy(initial, behavior, strlen(behavior));
    FILE *file = fopen(path, "wb");
    cr_assert_not_null(file);
    cr_assert_eq(fwrite(image.bytes, 1, image.count, file), image.count);
    fclose(file);
    plugin_image_fini(&image);
}

static const struct broken {
    const char *behavior;
    const char *check; /* which fails first */
    const char *words; /* in its reason */
    const char *why;
} broken[] = {
    {"moody", "every slot answers", "quote_price", "its price depends on where it lies in memory"},
    {"pointer", "state without pointers", "other bytes", "its state holds an address"},
    {"starved", "every slot survives", "quote_price", "it takes memory that it did not get"},
    {"shorter", "every slot answers", "quote_price", "it prices fewer nights than were asked"},
    {"generous", "points add up", "30001", "more comes back than was paid"},
    {"trusting", "unknown", "event", "it answers what it cannot know"},
    {"idle", "every capability", "quote", "it says that it can, and cannot"},
    {"forgetful", "in every state", "not treated as unknown",
     "a booking that may exist is called not sent"},
    {"blind", "in every state", "refused", "it does not answer a lost answer"},
    {"loud", "every capability", "header", "a header that is the host's"},
    {"elsewhere", "every capability", "path", "another server"},
    {"leaky", "requests", "credential.password", "a password in a path"},
    {"nameless", "requests", "reference", "a booking that cannot be found again"},
    {"not_json", "requests", "JSON", "a body that is not what it says"},
    {"believer", "believes", "confirmed", "somebody else's booking"},
    {"slow", "largest batch", "ms", "it takes longer than a search may"},
};

Test(plugin_conformance, fails_what_does_not_and_says_why)
{
    char path[] = "/tmp/plugin_conformance.XXXXXX";
    close(mkstemp(path));
    for (size_t i = 0; i < NB_COUNT(broken); i++) {
        struct printed printed;
        write_hostile(broken[i].behavior, path);
        run(path, &printed);
        cr_expect_not(printed.passed, "%s: %s", broken[i].behavior, broken[i].why);
        cr_expect_gt(printed.report.failed, 0);
        cr_expect(strstr(printed.report.first_failure, broken[i].check) != NULL,
                  "%s: which check? %s", broken[i].behavior, printed.report.first_failure);
        cr_expect(strstr(printed.report.first_failure, broken[i].words) != NULL, "%s: why? %s",
                  broken[i].behavior, printed.report.first_failure);
        cr_expect(strstr(printed.text, "FAILED") != NULL);
        free(printed.text);
    }
    unlink(path);
}

Test(plugin_conformance, a_rule_without_help_is_named)
{
    char path[] = "/tmp/plugin_conformance.XXXXXX";
    struct plugin_image image = image_of("test-plugins/hostile.so");
    char *help = memmem(image.bytes, image.count, "HOSTILE-HELP", 12);
    cr_assert_not_null(help);
    *help = '\0';
    FILE *file = fdopen(mkstemp(path), "wb");
    cr_assert_eq(fwrite(image.bytes, 1, image.count, file), image.count);
    fclose(file);
    struct printed printed;
    run(path, &printed);
    cr_expect_not(printed.passed);
    cr_expect(strstr(printed.report.first_failure, "expiry.idle_months") != NULL, "%s",
              printed.report.first_failure);
    free(printed.text);
    plugin_image_fini(&image);
    unlink(path);
}

Test(plugin_conformance, what_is_no_plugin_is_told_at_once)
{
    static const struct {
        const char *path;
        const char *words;
    } cases[] = {{"/nonexistent.so", "no readable plugin file"},
                 {"/etc/passwd", "Not a plugin"},
                 {"/tmp", "no readable plugin file"}};
    for (size_t i = 0; i < NB_COUNT(cases); i++) {
        struct printed printed;
        run(cases[i].path, &printed);
        cr_expect_not(printed.passed);
        cr_expect_eq(printed.report.failed, 1);
        cr_expect_eq(printed.report.passed, 0);
        cr_expect(strstr(printed.text, cases[i].words) != NULL, "%s", printed.text);
        free(printed.text);
    }
}

Test(plugin_conformance, a_host_that_does_not_start_is_told)
{
    NB_AUTOFREE char *path = image_path("plugins/skeleton.so");
    struct plugin_conformance_report report;
    FILE *out = fopen("/dev/null", "w");
    cr_expect_not(plugin_conformance_run(path, "/nonexistent/host", out, &report));
    cr_expect(strstr(report.first_failure, "does not start") != NULL, "%s", report.first_failure);
    fclose(out);
}
