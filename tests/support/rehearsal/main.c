/*
 * rehearsal-gateway: options, then the server. See README.md.
 */
#include "tests/support/rehearsal/directory.h"
#include "tests/support/rehearsal/gateway.h"
#include "tests/support/rehearsal/server.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static struct reh_gateway gateway;

static const char usage[] =
    "usage: rehearsal-gateway --credential TEXT [--port N] [--port-file FILE]\n"
    "                         [--directory FILE]... [--account PROGRAM,MEMBER,POINTS[,card]]...\n"
    "                         [--seed N] [--fault NAME=PROBABILITY]...\n";

static const struct option options[] = {
    {"credential", required_argument, NULL, 'c'},
    {"port", required_argument, NULL, 'p'},
    {"port-file", required_argument, NULL, 'f'},
    {"directory", required_argument, NULL, 'd'},
    {"account", required_argument, NULL, 'a'},
    {"seed", required_argument, NULL, 's'},
    {"fault", required_argument, NULL, 'x'},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

struct settings {
    long port;
    const char *port_file;
};

static bool account_option(const char *text)
{
    char line[160];
    snprintf(line, sizeof(line), "account,%s", text);
    return reh_directory_line(&gateway.book, line);
}

/* False when an option's value is of no use; the message is written. */
static bool option_take(int option, struct settings *settings)
{
    struct nb_err err = {0};
    switch (option) {
    case 'c':
        gateway.credential = optarg;
        return true;
    case 'p':
        settings->port = strtol(optarg, NULL, 10);
        return settings->port >= 0 && settings->port <= 65535;
    case 'f':
        settings->port_file = optarg;
        return true;
    case 'd':
        if (!reh_directory_load(&gateway.book, optarg, &err)) {
            fprintf(stderr, "rehearsal-gateway: %s\n", err.text);
            return false;
        }
        return true;
    case 'a':
        return account_option(optarg);
    case 's':
        gateway.faults.random = strtoull(optarg, NULL, 10);
        return true;
    case 'x':
        return reh_faults_parse(&gateway.faults, optarg);
    default:
        return false;
    }
}

/* Written under another name first: whoever waits for the file never reads half a number. */
static bool port_file_write(const char *path)
{
    char temporary[4096];
    snprintf(temporary, sizeof(temporary), "%s.new", path);
    FILE *file = fopen(temporary, "we");
    if (file == NULL) {
        return false;
    }
    fprintf(file, "%d\n", gateway.port);
    return fclose(file) == 0 && rename(temporary, path) == 0;
}

static int run(const struct settings *settings)
{
    int fd = -1;
    struct nb_err err = {0};
    if (!reh_server_listen(&gateway, (int)settings->port, &fd, &err)) {
        fprintf(stderr, "rehearsal-gateway: %s\n", err.text);
        return 1;
    }
    printf("listening on 127.0.0.1:%d\n", gateway.port);
    fflush(stdout);
    if (settings->port_file != NULL && !port_file_write(settings->port_file)) {
        fprintf(stderr, "rehearsal-gateway: cannot write %s\n", settings->port_file);
        return 1;
    }
    if (!reh_server_run(&gateway, fd, &err)) {
        fprintf(stderr, "rehearsal-gateway: %s\n", err.text);
        return 1;
    }
    return 0;
}

int main(int argc, char **argv)
{
    struct settings settings = {0};
    int option;
    reh_gateway_init(&gateway, NULL, 1);
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (option == 'h') {
            fputs(usage, stdout);
            return 0;
        }
        if (!option_take(option, &settings)) {
            fprintf(stderr, "rehearsal-gateway: bad option or value\n%s", usage);
            return 2;
        }
    }
    if (gateway.credential == NULL || optind != argc) {
        fputs(usage, stderr);
        return 2;
    }
    return run(&settings);
}
