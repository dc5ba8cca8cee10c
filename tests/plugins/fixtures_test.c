/* Every plugin's fixtures are played; a fixture that expects something else is told apart. */
#include "core/plugin/fixture.h"

#include "core/base/mem.h"
#include "core/plugin/process.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

TestSuite(fixtures, .timeout = 120);

/* Tests run at the top of the tree. */
#define SOURCES "plugins"

static bool play(const char *plugin, const char *folder, char **ret_text,
                 struct plugin_conformance_report *report)
{
    char file[128];
    size_t bytes = 0;
    snprintf(file, sizeof(file), "plugins/%.60s.so", plugin);
    NB_AUTOFREE char *path = plugin_process_beside(file);
    FILE *out = open_memstream(ret_text, &bytes);
    cr_assert_not_null(out);
    bool passed = plugin_fixtures_run(path, NULL, folder, out, report);
    fclose(out);
    return passed;
}

Test(fixtures, of_every_plugin_hold)
{
    int played = 0;
    DIR *plugins = opendir(SOURCES);
    cr_assert_not_null(plugins, "run the tests at the top of the tree");
    const struct dirent *entry;
    while ((entry = readdir(plugins)) != NULL) {
        char folder[300];
        struct stat about;
        snprintf(folder, sizeof(folder), SOURCES "/%s/fixtures", entry->d_name);
        if (entry->d_name[0] == '.' || stat(folder, &about) != 0) {
            continue;
        }
        struct plugin_conformance_report report;
        char *text = NULL;
        cr_expect(play(entry->d_name, folder, &text, &report), "%s:\n%s", entry->d_name, text);
        cr_expect_geq(report.passed, 5, "%s", entry->d_name);
        free(text);
        played++;
    }
    closedir(plugins);
    cr_expect_geq(played, 3);
}

#define BEGIN "{\"event\":\"begin\",\"effect\":"
#define COMMIT                                                                                     \
    "\"operation\":{\"kind\":\"commit\",\"check_in\":\"2026-11-25\",\"check_out\":\"2026-11-27\"," \
    "\"points_total\":1,\"reference\":\"r\",\"property_code\":\"ABCDE\"}"

static const struct failing {
    const char *json;
    const char *words;
    const char *why;
} failing[] = {
    {"{", "line 1", "no JSON"},
    {"{\"prices\":[]}", "why", "no reason why it is there"},
    {"{\"why\":\"x\"}", "needs prices, or an operation", "nothing to play"},
    {"{\"why\":\"x\",\"steps\":[" BEGIN "{}}]}", "needs prices, or an operation", "no operation"},
    {"{\"why\":\"x\",\"story\":1}", "story", "a member that the format does not name"},
    {"{\"why\":\"x\",\"prices\":[{\"why\":\"y\",\"ask\":{\"night_points\":[5]},\"expect\":{"
     "\"total_points\":6}}]}",
     "price 1: y: total_points: wanted 6, found 5", "another price"},
    {"{\"why\":\"x\",\"prices\":[{\"why\":\"y\",\"ask\":{\"night_points\":[5],\"color\":1},"
     "\"expect\":{}}]}",
     "color", "an ask with a member nobody knows"},
    {"{\"why\":\"x\",\"statement\":[\"date\"]}", "what to expect", "a statement alone"},
    {"{\"why\":\"x\",\"statement\":[\"date\"],\"expect\":{\"skipped\":0}}", "the plugin refuses it",
     "a plugin that reads no statements"},
    {"{\"why\":\"x\",\"statement\":[7],\"expect\":{}}", "a line that is no text", "a number"},
    {"{\"why\":\"x\"," COMMIT ",\"steps\":[" BEGIN "{\"request\":\"POST /v2/quotes\"}}]}",
     "step 1: request: wanted \"POST /v2/quotes\", found \"POST /v1/quotes\"", "another path"},
    {"{\"why\":\"x\"," COMMIT ",\"steps\":[" BEGIN "{\"done\":\"confirmed\"}}]}",
     "done: wanted \"confirmed\", found nothing", "another effect"},
    {"{\"why\":\"x\"," COMMIT ",\"steps\":[" BEGIN
     "{\"request\":\"POST /v1/quotes\",\"body\":{\"rooms\":1}}}]}",
     "body: wanted", "a body with more in it"},
    {"{\"why\":\"x\"," COMMIT ",\"steps\":[{\"event\":\"begins\",\"effect\":{}}]}", "begins",
     "an event that does not exist"},
    {"{\"why\":\"x\"," COMMIT ",\"steps\":[{\"event\":\"woke\",\"effect\":{}}]}",
     "step 1: the plugin refuses it", "an event before any state"},
};

Test(fixtures, that_do_not_hold_say_what_was_wanted_and_found)
{
    for (size_t i = 0; i < NB_COUNT(failing); i++) {
        char folder[] = "/tmp/plugin_fixture.XXXXXX", file[64];
        struct plugin_conformance_report report;
        char *text = NULL;
        cr_assert_not_null(mkdtemp(folder));
        snprintf(file, sizeof(file), "%s/one.json", folder);
        FILE *out = fopen(file, "w");
        cr_assert_not_null(out);
        fputs(failing[i].json, out);
        fclose(out);
        cr_expect_not(play("skeleton", folder, &text, &report), "%s", failing[i].why);
        cr_expect(strstr(text, failing[i].words) != NULL, "%s: \"%s\" in: %s", failing[i].why,
                  failing[i].words, text);
        cr_expect(strncmp(report.first_failure, "one.json: ", 10) == 0);
        free(text);
        unlink(file);
        rmdir(folder);
    }
}

Test(fixtures, an_empty_folder_proves_nothing)
{
    char folder[] = "/tmp/plugin_fixture.XXXXXX";
    struct plugin_conformance_report report;
    char *text = NULL;
    cr_assert_not_null(mkdtemp(folder));
    cr_expect_not(play("skeleton", folder, &text, &report));
    cr_expect(strstr(text, "no fixture") != NULL);
    free(text);
    rmdir(folder);
    cr_expect_not(play("skeleton", "/nonexistent", &text, &report));
    free(text);
}
