/*
 * The configuration: what stands in a file and in the environment becomes a struct, and whatever
 * cannot be used is refused with the name of the option.
 */
#include "core/base/mem.h"
#include "core/config/config.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

TestSuite(config, .timeout = 10);

#define SHA "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

struct folder {
    char path[64];
    char file[96];
    char secret[96];
};

static void write_file(const char *path, const char *text, mode_t mode)
{
    FILE *file = fopen(path, "w");
    cr_assert_not_null(file);
    cr_assert_geq(fputs(text, file), 0);
    cr_assert_eq(fclose(file), 0);
    cr_assert_eq(chmod(path, mode), 0);
}

static struct folder folder_make(void)
{
    static const char *const names[] = {"NIGHTBRIDGE_CONFIG",  "NIGHTBRIDGE_DATABASE_URL",
                                        "NIGHTBRIDGE_KEY_DIR", "NIGHTBRIDGE_SECRETS",
                                        "NIGHTBRIDGE_LISTEN",  "NIGHTBRIDGE_TEST_CLOCK"};
    struct folder folder = {.path = "/tmp/nb-config-XXXXXX"};
    for (size_t i = 0; i < NB_COUNT(names); i++) {
        cr_assert_eq(unsetenv(names[i]), 0);
    }
    cr_assert_not_null(mkdtemp(folder.path));
    snprintf(folder.file, sizeof(folder.file), "%s/nightbridge.conf", folder.path);
    snprintf(folder.secret, sizeof(folder.secret), "%s/secret", folder.path);
    return folder;
}

static void folder_remove(const struct folder *folder)
{
    (void)unlink(folder->file);
    (void)unlink(folder->secret);
    cr_assert_eq(rmdir(folder->path), 0);
}

Test(config, has_defaults_without_a_file)
{
    struct folder folder = folder_make();
    struct config *config = NULL;
    struct nb_err err = {0};
    cr_assert(config_read(NULL, &config, &err), "%s", err.text);
    cr_assert_str_eq(config->listen.address, "127.0.0.1");
    cr_assert_eq(config->listen.port, 8080);
    cr_assert_eq(config->api_processes, 1);
    cr_assert_null(config->key_folder);
    cr_assert_eq(config->metrics.address[0], '\0');
    config_destroy(config);
    folder_remove(&folder);
}

Test(config, reads_every_kind_of_option)
{
    struct folder folder = folder_make();
    struct config *config = NULL;
    struct nb_err err = {0};
    char text[1024];
    write_file(folder.secret, "# roles\nnb_staff = one two\nnb_owner=three\n", 0600);
    snprintf(text, sizeof(text),
             "database_url = \"postgresql:///x\"\nsecrets_file = \"%s\"\nlisten = \"[::1]:9000\"\n"
             "metrics_listen = \"127.0.0.1:9100\"\napi_processes = 3\nlog_level = \"warn\"\n"
             "pool \"clock\" { readers = 2 writers = 3 }\n"
             "plugin \"wyndham\" { file = \"w.so\" sha256 = \"" SHA
             "\" settings = {\"region=us\", \"rooms=2\"} }\n"
             "accounts_file = \"%s\"\n",
             folder.secret, folder.secret);
    write_file(folder.file, text, 0644);
    cr_assert(config_read(folder.file, &config, &err), "%s", err.text);
    cr_assert_str_eq(config->listen.address, "::1");
    cr_assert_eq(config->listen.port, 9000);
    cr_assert_eq(config->metrics.port, 9100);
    cr_assert_eq(config->api_processes, 3);
    cr_assert_eq(config->log_level, NB_LOG_WARN);
    cr_assert_eq(config->pools[CONFIG_LOGIN_CLOCK].writers, 3);
    cr_assert_eq(config->pools[CONFIG_LOGIN_ADMIN].writers, 1);
    const struct config_plugin *plugin = &config->plugins[0];
    cr_assert_eq(config->plugin_count, 1);
    cr_assert_str_eq(plugin->program, "wyndham");
    cr_assert_eq(plugin->setting_count, 2);
    cr_assert_str_eq(plugin->settings[1].name, "rooms");
    cr_assert_str_eq(plugin->settings[1].value, "2");
    cr_assert_str_eq(config->accounts_file, folder.secret);
    cr_assert_str_eq(
        (const char *)vault_secret_reveal(config->passwords[CONFIG_LOGIN_STAFF], VAULT_FOR_SENDING),
        "one two");
    cr_assert_not_null(config->passwords[CONFIG_LOGIN_OWNER]);
    cr_assert_null(config->passwords[CONFIG_LOGIN_CLOCK]);
    config_destroy(config);
    folder_remove(&folder);
}

Test(config, environment_wins_over_the_file)
{
    struct folder folder = folder_make();
    struct config *config = NULL;
    struct nb_err err = {0};
    write_file(folder.file, "listen = \"127.0.0.1:1\"\nkey_folder = \"/file\"\n", 0644);
    setenv("NIGHTBRIDGE_CONFIG", folder.file, 1);
    setenv("NIGHTBRIDGE_LISTEN", "127.0.0.2:0", 1);
    setenv("NIGHTBRIDGE_KEY_DIR", "/environment", 1);
    setenv("NIGHTBRIDGE_TEST_CLOCK", "1", 1);
    setenv("NIGHTBRIDGE_DATABASE_URL", "", 1);
    cr_assert(config_read(NULL, &config, &err), "%s", err.text);
    cr_assert_str_eq(config->listen.address, "127.0.0.2");
    cr_assert_str_eq(config->key_folder, "/environment");
    cr_assert_str_eq(config->database_url, "postgresql:///nightbridge");
    cr_assert(config->test_clock);
    config_destroy(config);
    folder_remove(&folder);
}

struct bad {
    const char *text;
    const char *says;
    const char *why;
};

Test(config, refuses_what_cannot_be_used_and_names_it)
{
    static const struct bad bads[] = {
        {"colour = 1\n", "no such option 'colour'", "a misspelled option would be ignored"},
        {"listen = \"localhost:80\"\n", "listen must be ADDRESS:PORT", "a name must be looked up"},
        {"listen = \"127.0.0.1\"\n", "listen must be ADDRESS:PORT", "no port"},
        {"listen = \"127.0.0.1:70000\"\n", "listen must be", "no such port"},
        {"listen = \"::1:80\"\n", "listen must be", "brackets tell address and port apart"},
        {"api_processes = 0\n", "api_processes", "nobody would serve"},
        {"api_processes = many\n", "line 1", "not a number"},
        {"shutdown_grace_ms = -1\n", "shutdown_grace_ms", "negative"},
        {"log_level = \"loud\"\n", "log_level", "no such level"},
        {"pool \"nobody\" { readers = 1 }\n", "pool \"nobody\"", "no such login"},
        {"pool \"staff\" { readers = 0 }\n", "pool \"staff\"", "nobody would read"},
        {"plugin \"wyndham\" { sha256 = \"" SHA "\" }\n", "needs a file", "no file"},
        {"plugin \"wyndham\" { file = \"w.so\" }\n", "needs its sha256", "any file would do"},
        {"plugin \"wyndham\" { file = \"w.so\" sha256 = \"ABC\" }\n", "sha256", "no hash"},
        {"plugin \"a b\" { file = \"w.so\" sha256 = \"" SHA "\" }\n", "title", "no code"},
        {"plugin \"w\" { file = \"w.so\" sha256 = \"" SHA "\" settings = {\"x\"} }\n", "name=value",
         "a setting without a value"},
        {"plugin \"w\" { file = \"w.so\" sha256 = \"" SHA
         "\" }\nplugin \"w\" { file = \"w.so\" sha256 = \"" SHA "\" }\n",
         "line 2", "two plugins for one program"},
        {"accounts_file = \"/nowhere/x\"\n", "accounts_file", "the file is missing"},
        {"secrets_file = \"/nowhere/x\"\n", "passwords", "the file is missing"},
        {"listen = \"127.0.0.1:80\n", "line", "a quote is not closed"},
    };
    for (size_t i = 0; i < NB_COUNT(bads); i++) {
        struct folder folder = folder_make();
        struct config *config = NULL;
        struct nb_err err = {0};
        write_file(folder.file, bads[i].text, 0644);
        cr_expect_not(config_read(folder.file, &config, &err), "accepted: %s", bads[i].why);
        cr_expect_eq(err.kind, NB_ERR_INVALID);
        cr_expect_not_null(strstr(err.text, bads[i].says), "%s: it says \"%s\"", bads[i].why,
                           err.text);
        folder_remove(&folder);
    }
}

Test(config, refuses_passwords_that_others_may_read_or_that_are_wrong)
{
    static const struct {
        const char *text;
        mode_t mode;
        const char *says;
    } bads[] = {
        {"nb_staff = x\n", 0640, "chmod 600"},
        {"nb_staff x\n", 0600, "line 1"},
        {"\nnb_boss = x\n", 0600, "line 2"},
        {"nb_staff =\n", 0600, "exactly one password"},
        {"nb_staff = x\nnb_staff = y\n", 0600, "line 2"},
    };
    for (size_t i = 0; i < NB_COUNT(bads); i++) {
        struct folder folder = folder_make();
        struct config *config = NULL;
        struct nb_err err = {0};
        write_file(folder.secret, bads[i].text, bads[i].mode);
        setenv("NIGHTBRIDGE_SECRETS", folder.secret, 1);
        cr_expect_not(config_read(NULL, &config, &err));
        cr_expect_not_null(strstr(err.text, bads[i].says), "it says \"%s\"", err.text);
        folder_remove(&folder);
    }
}

Test(config, a_missing_file_is_no_configuration)
{
    struct config *config = NULL;
    struct nb_err err = {0};
    cr_expect_not(config_read("/nowhere/nightbridge.conf", &config, &err));
    cr_expect_not_null(strstr(err.text, "/nowhere/nightbridge.conf"));
}

Test(config, a_relative_plugin_stands_in_the_plugin_folder)
{
    struct folder folder = folder_make();
    struct config *config = NULL;
    struct nb_err err = {0};
    write_file(folder.file,
               "plugin_folder = \"/opt/p\"\n"
               "plugin \"a\" { file = \"a.so\" sha256 = \"" SHA "\" }\n"
               "plugin \"b\" { file = \"/b.so\" sha256 = \"" SHA "\" }\n",
               0644);
    cr_assert(config_read(folder.file, &config, &err), "%s", err.text);
    NB_AUTOFREE char *a = config_plugin_path(config, &config->plugins[0]);
    NB_AUTOFREE char *b = config_plugin_path(config, &config->plugins[1]);
    cr_assert_str_eq(a, "/opt/p/a.so");
    cr_assert_str_eq(b, "/b.so");
    config_destroy(config);
    folder_remove(&folder);
}

/* Every option of the configuration and of the daemon stands in its manual page. */
static char *text_of(const char *path)
{
    FILE *file = fopen(path, "r");
    char *text = NULL;
    size_t size = 0;
    cr_assert_not_null(file, "%s; run this from the top of the tree", path);
    cr_assert_gt(getdelim(&text, &size, '\0', file), 0);
    fclose(file);
    return text;
}

static int missing_in(const char *page, const char *source, const char *before)
{
    int found = 0;
    for (const char *at = strstr(source, before); at != NULL; at = strstr(at + 1, before)) {
        char name[64], roff[128];
        size_t length = strcspn(at + strlen(before), "\" ,");
        snprintf(name, sizeof(name), "%.*s", (int)length, at + strlen(before));
        size_t to = 0;
        for (const char *from = name; *from != '\0'; from++) {
            to +=
                (size_t)snprintf(roff + to, sizeof(roff) - to, *from == '-' ? "\\-" : "%c", *from);
        }
        cr_expect_not_null(strstr(page, roff), "core/nightbridged.8 does not say what %s is", name);
        found++;
    }
    return found;
}

Test(config, every_option_stands_in_the_manual)
{
    char *page = text_of("core/nightbridged.8");
    char *config = text_of("core/config/file.c");
    char *daemon = text_of("core/nightbridged.c");
    cr_expect_gt(missing_in(page, config, "CFG_STR(\""), 5);
    cr_expect_gt(missing_in(page, config, "CFG_INT(\""), 5);
    cr_expect_gt(missing_in(page, config, "CFG_SEC(\""), 1);
    cr_expect_gt(missing_in(page, daemon, "\n    \"  --"), 2);
    free(page);
    free(config);
    free(daemon);
}
