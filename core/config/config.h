/*
 * What an installation says about itself: a libconfuse file, and environment variables over it.
 * Read once by each process, checked as a whole, immutable afterwards. Not for policy: weights,
 * windows and limits are rows of the database.
 * Invariant: a struct config that config_read gave has passed every check in check.c.
 */
#ifndef NB_CONFIG_CONFIG_H
#define NB_CONFIG_CONFIG_H

#include "core/base/err.h"
#include "core/base/log.h"
#include "core/vault/secret.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CONFIG_ADDRESS_TEXT 48
#define CONFIG_API_PROCESSES_MAX 64

/* The login roles of sql/migrations/0001; each has its own pool in the process that needs it. */
enum config_login {
    CONFIG_LOGIN_NONE = 0,
    CONFIG_LOGIN_OWNER,
    CONFIG_LOGIN_STAFF,
    CONFIG_LOGIN_PROVIDER,
    CONFIG_LOGIN_PARTNER,
    CONFIG_LOGIN_FINANCE,
    CONFIG_LOGIN_ADMIN,
    CONFIG_LOGIN_AUDITOR,
    CONFIG_LOGIN_DISPATCH,
    CONFIG_LOGIN_CLOCK,
    CONFIG_LOGIN_CHECK,
    CONFIG_LOGIN_COUNT
};

struct config_address {
    char address[CONFIG_ADDRESS_TEXT]; /* numeric, without brackets; empty = not wanted */
    uint16_t port;                     /* 0 = any */
};

/* Connections of one login role in one process. */
struct config_pool {
    int readers;
    int writers;
};

struct config_setting {
    char *name;
    char *value;
};

struct config_plugin {
    char *program; /* code of the loyalty program: "wyndham" */
    char *file;    /* absolute, or below plugin_folder */
    char *sha256;  /* 64 lower-case hexadecimal digits */
    struct config_setting *settings;
    size_t setting_count;
};

struct config {
    char *file; /* where it was read from; NULL when all comes from defaults and environment */
    char *database_url;
    char *owner;      /* name of the owner's login role */
    char *key_folder; /* NULL: not configured */
    bool test_clock;  /* the database has the test clock, and that is meant */
    struct vault_secret *passwords[CONFIG_LOGIN_COUNT]; /* NULL: libpq finds it, or none */

    struct config_address listen;
    struct config_address metrics; /* the first of consecutive ports, one a process */
    int api_processes;
    enum nb_log_level log_level;
    int64_t heartbeat_timeout_ms; /* shorter than the setting lease_ms of the database */
    int64_t clock_silence_ms;     /* clock without a finished sweep for longer is an alarm */
    int64_t shutdown_grace_ms;

    struct config_pool pools[CONFIG_LOGIN_COUNT];
    int pool_queue;
    int64_t pool_deadline_ms;

    char *plugin_folder; /* NULL: "plugins" beside the program */
    char *plugin_host;   /* NULL: nightbridge-plugin-host beside the program */
    struct config_plugin *plugins;
    size_t plugin_count;
    char *accounts_file; /* mode 600: what opens the points accounts (accounts.h); NULL: none */
};

/*
 * Gives a configuration from `path`, else from the file that NIGHTBRIDGE_CONFIG names, else from
 * defaults; then NIGHTBRIDGE_DATABASE_URL, NIGHTBRIDGE_KEY_DIR, NIGHTBRIDGE_SECRETS,
 * NIGHTBRIDGE_ACCOUNTS, NIGHTBRIDGE_LISTEN and NIGHTBRIDGE_TEST_CLOCK over it. NB_ERR_INVALID says
 * what is wrong, where, and what to do; never a value that could be a secret.
 */
bool config_read(const char *path, struct config **ret_config, struct nb_err *err) NB_MUST_CHECK;
/* Accepts NULL, returns NULL; wipes the passwords. */
struct config *config_destroy(struct config *config);

/* "nb_staff"; the owner's is config->owner. Static or borrowed from config. */
const char *config_login_name(const struct config *config, enum config_login login);
/* Gives the absolute path of a plugin's file; free with nb_free. */
char *config_plugin_path(const struct config *config, const struct config_plugin *plugin);

#endif
