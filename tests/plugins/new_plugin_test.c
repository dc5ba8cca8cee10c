/* What `make new-plugin` makes builds as it is, passes its check, and holds its fixtures. */
#include "core/base/mem.h"
#include "core/plugin/conformance.h"
#include "core/plugin/fixture.h"
#include "core/plugin/process.h"

#include <criterion/criterion.h>
#include <ftw.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

TestSuite(new_plugin, .timeout = 300);

extern char **environ;

static int remove_one(const char *path, const struct stat *about, int kind, struct FTW *where)
{
    (void)about;
    (void)kind;
    (void)where;
    return remove(path);
}

/* The name of the folder that this program was built into: release, asan, ... */
static void variant_here(char *ret_variant, size_t bytes)
{
    NB_AUTOFREE char *here = plugin_process_beside("");
    size_t length = strlen(here);
    cr_assert_gt(length, 1);
    here[length - 1] = '\0';
    const char *slash = strrchr(here, '/');
    cr_assert_not_null(slash);
    snprintf(ret_variant, bytes, "%.40s", slash + 1);
}

static int run_script(const char *folder, const char *variant)
{
    char script[] = "tests/plugins/new-plugin.sh", *first = strdup(folder),
         *second = strdup(variant);
    char *const arguments[] = {script, first, second, NULL};
    pid_t pid;
    int status = -1;
    cr_assert_eq(posix_spawn(&pid, script, NULL, NULL, arguments, environ), 0,
                 "run the tests at the top of the tree");
    cr_assert_eq(waitpid(pid, &status, 0), pid);
    free(first);
    free(second);
    return status;
}

Test(new_plugin, builds_and_passes_as_it_is)
{
    char folder[] = "/tmp/new_plugin.XXXXXX", variant[48], path[160], fixtures[160];
    struct plugin_conformance_report report;
    char *text = NULL;
    size_t bytes = 0;
    cr_assert_not_null(mkdtemp(folder));
    variant_here(variant, sizeof(variant));
    cr_assert_eq(run_script(folder, variant), 0);
    snprintf(path, sizeof(path), "%s/build/%s/plugins/sunny.so", folder, variant);
    snprintf(fixtures, sizeof(fixtures), "%s/tree/plugins/sunny/fixtures", folder);
    FILE *out = open_memstream(&text, &bytes);
    cr_assert_not_null(out);
    bool conforms = plugin_conformance_run(path, NULL, out, &report);
    bool plays = plugin_fixtures_run(path, NULL, fixtures, out, &report);
    fclose(out);
    cr_expect(conforms && plays, "%s", text);
    cr_expect(strstr(text, "sunny 0.1.0") != NULL, "%s", text);
    free(text);
    (void)nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}
