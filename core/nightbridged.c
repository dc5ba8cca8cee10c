/*
 * The daemon: reads its arguments and its configuration, then is either the supervisor or, when
 * the supervisor started it with --as, one role process. Wiring only.
 */
#include "core/api/body.h"
#include "core/base/log.h"
#include "core/base/mem.h"
#include "core/config/config.h"
#include "core/scheduler/clock_body.h"
#include "core/scheduler/dispatch.h"
#include "core/scheduler/role.h"
#include "core/scheduler/supervisor.h"

#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#define VERSION "0.1.0"
#define EXIT_USAGE 2
#define HEARTBEAT_FD 3

static const struct role_body bodies[ROLE_COUNT] = {
    [ROLE_API] = {.kind = ROLE_API,
                  .logins = ROLE_LOGIN(CONFIG_LOGIN_STAFF) | ROLE_LOGIN(CONFIG_LOGIN_PROVIDER) |
                            ROLE_LOGIN(CONFIG_LOGIN_PARTNER) | ROLE_LOGIN(CONFIG_LOGIN_FINANCE) |
                            ROLE_LOGIN(CONFIG_LOGIN_ADMIN) | ROLE_LOGIN(CONFIG_LOGIN_AUDITOR),
                  .plugins = true,
                  .start = api_body_start,
                  .stop = api_body_stop,
                  .end = api_body_end},
    [ROLE_DISPATCH] = {.kind = ROLE_DISPATCH,
                       .logins = ROLE_LOGIN(CONFIG_LOGIN_DISPATCH),
                       .plugins = true,
                       .progress = true,
                       .start = dispatch_body_start,
                       .ready = dispatch_body_ready,
                       .stop = dispatch_body_stop,
                       .end = dispatch_body_end},
    [ROLE_CLOCK] = {.kind = ROLE_CLOCK,
                    .logins = ROLE_LOGIN(CONFIG_LOGIN_CLOCK),
                    .progress = true,
                    .start = clock_body_start,
                    .stop = clock_body_stop,
                    .end = clock_body_end},
};

struct arguments {
    const char *config;
    const char *role;
    const char *port_file;
    bool check;
    const char *as; /* from here on: the supervisor's own */
    pid_t supervisor;
    struct role_orders orders;
};

static const char help[] =
    "nightbridged - places people in a safe bed tonight: the daemon\n"
    "\n"
    "usage: nightbridged [--config FILE] [--role ROLE] [--check-config] [--port-file FILE]\n"
    "\n"
    "  --config FILE     the configuration; else the file that NIGHTBRIDGE_CONFIG names; else\n"
    "                    defaults\n"
    "  --role ROLE       all (default), api, dispatch or clock: what this machine runs\n"
    "  --check-config    says whether the configuration can be used, and ends\n"
    "  --port-file FILE  gets the number of the API's port, for a port that was chosen freely\n"
    "  --help, --version\n"
    "\n"
    "environment, over the file: NIGHTBRIDGE_DATABASE_URL NIGHTBRIDGE_SECRETS NIGHTBRIDGE_KEY_DIR\n"
    "  NIGHTBRIDGE_LISTEN NIGHTBRIDGE_ACCOUNTS NIGHTBRIDGE_TEST_CLOCK\n"
    "signals: SIGTERM, SIGINT stop cleanly (a second one at once); SIGHUP does nothing\n"
    "exit: 0 stopped as asked, 1 could not start or stop cleanly, 2 wrong usage\n"
    "\n"
    "examples:\n"
    "  nightbridged --config /etc/nightbridge.conf --check-config\n"
    "  nightbridged --config /etc/nightbridge.conf --role dispatch\n";

static int usage(const char *about)
{
    fprintf(stderr, "nightbridged: %s; see nightbridged --help\n", about);
    return EXIT_USAGE;
}

/* -1 unless word is a whole number that fits. */
static int number_of(const char *word)
{
    char *end = NULL;
    long value = strtol(word, &end, 10);
    return *word == '\0' || *end != '\0' || value < 0 || value > 1 << 30 ? -1 : (int)value;
}

/* 0 to go on, else 1 + the exit status. */
static int parse(int count, char **words, struct arguments *arguments)
{
    enum {
        CONFIG = 1,
        ROLE,
        CHECK,
        PORT_FILE,
        HELP,
        SHOW_VERSION,
        AS,
        SUPERVISOR,
        INDEX,
        LISTEN,
        METRICS
    };
    static const struct option options[] = {{"config", required_argument, NULL, CONFIG},
                                            {"role", required_argument, NULL, ROLE},
                                            {"check-config", no_argument, NULL, CHECK},
                                            {"port-file", required_argument, NULL, PORT_FILE},
                                            {"help", no_argument, NULL, HELP},
                                            {"version", no_argument, NULL, SHOW_VERSION},
                                            {"as", required_argument, NULL, AS},
                                            {"supervisor", required_argument, NULL, SUPERVISOR},
                                            {"index", required_argument, NULL, INDEX},
                                            {"listen-fd", required_argument, NULL, LISTEN},
                                            {"metrics-fd", required_argument, NULL, METRICS},
                                            {NULL, 0, NULL, 0}};
    int option;
    opterr = 0;
    while ((option = getopt_long(count, words, "", options, NULL)) != -1) {
        switch (option) {
        case CONFIG:
            arguments->config = optarg;
            break;
        case ROLE:
            arguments->role = optarg;
            break;
        case CHECK:
            arguments->check = true;
            break;
        case PORT_FILE:
            arguments->port_file = optarg;
            break;
        case HELP:
            fputs(help, stdout);
            return 1 + EXIT_SUCCESS;
        case SHOW_VERSION:
            puts("nightbridged " VERSION);
            return 1 + EXIT_SUCCESS;
        case AS:
            arguments->as = optarg;
            break;
        case SUPERVISOR:
            arguments->supervisor = number_of(optarg);
            break;
        case INDEX:
            arguments->orders.index = number_of(optarg);
            break;
        case LISTEN:
            arguments->orders.listen_fd = number_of(optarg);
            break;
        case METRICS:
            arguments->orders.metrics_fd = number_of(optarg);
            break;
        default:
            return 1 + usage("unknown option, or one without its value");
        }
    }
    return optind < count ? 1 + usage("no words are expected beside options") : 0;
}

/* A role without its supervisor would be watched by nobody, so it ends with it. */
static bool tie_to(pid_t supervisor)
{
    return prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && getppid() == supervisor;
}

static int run_role(const struct config *config, const struct arguments *arguments)
{
    enum role_kind kind = role_kind_parse(arguments->as);
    if (kind == ROLE_NONE || !tie_to(arguments->supervisor)) {
        return usage("--as is the supervisor's own option");
    }
    nb_log_open(role_kind_name(kind), config->log_level);
    return role_run(&bodies[kind], config, &arguments->orders);
}

static int run_supervisor(const struct config *config, const struct arguments *arguments)
{
    struct supervisor_orders orders = {.port_file = arguments->port_file};
    NB_ASSERT(arguments->role != NULL);
    bool all = strcmp(arguments->role, "all") == 0;
    if (!all && role_kind_parse(arguments->role) == ROLE_NONE) {
        return usage("a role is all, api, dispatch or clock");
    }
    for (enum role_kind kind = ROLE_API; kind < ROLE_COUNT; kind++) {
        orders.roles[kind] = all || kind == role_kind_parse(arguments->role);
        orders.progress[kind] = bodies[kind].progress;
    }
    nb_log_open("supervisor", config->log_level);
    return supervisor_run(config, &orders);
}

int main(int count, char **words)
{
    struct arguments arguments = {
        .role = "all", .orders = {.heartbeat_fd = HEARTBEAT_FD, .listen_fd = -1, .metrics_fd = -1}};
    struct config *config = NULL;
    struct nb_err err;
    int ended = parse(count, words, &arguments);
    if (ended != 0) {
        return ended - 1;
    }
    if (!config_read(arguments.config, &config, &err)) {
        if (arguments.as != NULL) {
            nb_log_open(arguments.as, NB_LOG_INFO);
            nb_log(NB_LOG_ERROR, "role_refused", NB_TEXT("code", err.code),
                   NB_TEXT("why", err.text));
            return ROLE_EXIT_REFUSED;
        }
        fprintf(stderr, "nightbridged: %s\n", err.text);
        return EXIT_FAILURE;
    }
    int status = EXIT_SUCCESS;
    if (arguments.as != NULL) {
        status = run_role(config, &arguments);
    } else if (arguments.check) {
        puts("The configuration can be used.");
    } else {
        status = run_supervisor(config, &arguments);
    }
    config_destroy(config);
    return status;
}
