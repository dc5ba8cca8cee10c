/*
 * The process in which one plugin runs. Started by core/plugin/client.c with a socket as
 * descriptor 3 and shared memory as 4; not for people: nightbridge-plugin-host FILE [SHA256].
 */
#include "core/plugin/host.h"

#include <sodium.h>
#include <stdio.h>
#include <unistd.h>

#define SOCKET_FD 3
#define SHARED_FD 4

int main(int argc, char **argv)
{
    if (argc < 2 || argc > 3) {
        fputs("usage: nightbridge-plugin-host FILE [SHA256]   (started by nightbridge itself)\n",
              stderr);
        return 2;
    }
    if (sodium_init() < 0) {
        return 1;
    }
    /* No exit handlers: nothing of a plugin runs after the last frame. */
    _exit(plugin_host_run(SOCKET_FD, SHARED_FD, argv[1], argc == 3 ? argv[2] : NULL));
}
