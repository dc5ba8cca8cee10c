/*
 * faults-driver: the clients of a fault campaign, what they do when the faults are over, and the
 * look at what was acknowledged. tests/faults/campaign runs it; it acts through the public API and
 * reads the rehearsal gateway's book, and nothing else.
 */
#include "tests/faults/after.h"
#include "tests/faults/people.h"

#include "core/base/mem.h"

#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define STAFF 6
#define CLIENTS 64

static const char usage[] =
    "usage: faults-driver (play|catch-up|check|account) --journal FILE --tokens DIR --port N\n"
    "                     --gateway-port N [--seed N] [--seconds N] [--patience N]\n"
    "                     [--tonight YYYY-MM-DD] [--canaries FILE]\n"
    "  play      clients for so many seconds; ends when all their writes are answered\n"
    "  catch-up  every waiting task once, decisively\n"
    "  check     what was acknowledged, against the API and the gateway's book\n"
    "  account   prints the journal's sums and alarms; 1 when there is an alarm\n";

static const struct option options[] = {
    {"journal", required_argument, NULL, 'j'},  {"tokens", required_argument, NULL, 't'},
    {"port", required_argument, NULL, 'p'},     {"gateway-port", required_argument, NULL, 'g'},
    {"seed", required_argument, NULL, 's'},     {"seconds", required_argument, NULL, 'n'},
    {"patience", required_argument, NULL, 'w'}, {"tonight", required_argument, NULL, 'd'},
    {"canaries", required_argument, NULL, 'c'}, {NULL, 0, NULL, 0},
};

/* What each client does, by its number. */
static void live(const struct campaign *campaign, int number)
{
    static void (*const others[])(struct client * client) = {desk_play, worker_play, worker_play,
                                                             giver_play};
    int other = number - STAFF;
    struct client client;

    client_init(&client, campaign, number);
    if (other < 0) {
        staff_play(&client);
    } else if (other < (int)NB_COUNT(others)) {
        others[other](&client);
    } else {
        race_play(&client);
    }
    client_fini(&client);
}

static int play(const struct campaign *campaign)
{
    int failed = 0;
    struct client first;

    client_init(&first, campaign, CLIENTS);
    client_note(&first, json_pack("{s:I}", "points", after_points(&first)));
    client_fini(&first);
    for (int number = 0; number < CLIENTS; number++) {
        pid_t pid = fork();
        NB_ASSERT(pid >= 0);
        if (pid == 0) {
            (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
            live(campaign, number);
            _exit(0);
        }
    }
    for (int status; wait(&status) > 0;) {
        failed += status == 0 ? 0 : 1;
    }
    return failed == 0 ? 0 : 1;
}

static int run(const char *word, const struct campaign *campaign, const char *canaries)
{
    struct client client;
    int status = 0;

    if (strcmp(word, "play") == 0) {
        return play(campaign);
    }
    client_init(&client, campaign, 90);
    if (strcmp(word, "catch-up") == 0) {
        worker_catch_up(&client);
    } else if (strcmp(word, "check") == 0 && canaries != NULL) {
        after_check(&client, canaries);
    } else if (strcmp(word, "account") == 0) {
        status = after_account(&client) ? 0 : 1;
    } else {
        fputs(usage, stderr);
        status = 2;
    }
    client_fini(&client);
    return status;
}

int main(int argc, char **argv)
{
    struct campaign campaign = {.seed = 1, .patience = 60};
    const char *canaries = NULL;

    for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        switch (option) {
        case 'j':
            campaign.journal = optarg;
            break;
        case 't':
            campaign.tokens = optarg;
            break;
        case 'p':
            campaign.port = (uint16_t)strtoul(optarg, NULL, 10);
            break;
        case 'g':
            campaign.gateway_port = (uint16_t)strtoul(optarg, NULL, 10);
            break;
        case 's':
            campaign.seed = strtoull(optarg, NULL, 10);
            break;
        case 'n':
            campaign.seconds = (int)strtol(optarg, NULL, 10);
            break;
        case 'w':
            campaign.patience = (int)strtol(optarg, NULL, 10);
            break;
        case 'd':
            campaign.tonight = optarg;
            break;
        case 'c':
            canaries = optarg;
            break;
        default:
            fputs(usage, stderr);
            return 2;
        }
    }
    campaign.ends_ms = client_now_ms() + (int64_t)campaign.seconds * 1000;
    if (optind + 1 != argc || campaign.journal == NULL || campaign.tokens == NULL) {
        fputs(usage, stderr);
        return 2;
    }
    return run(argv[optind], &campaign, canaries);
}
