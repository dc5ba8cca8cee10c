/* What no plugin may do, done by bare system calls: no list of symbols would see it. */
#ifndef NB_TESTS_HOSTILE_DEEDS_H
#define NB_TESTS_HOSTILE_DEEDS_H

#include <stdbool.h>
#include <stdint.h>

/* As the administrator's options arrive; `behavior` names the deed. */
struct hostile_settings {
    char behavior[24];
    char path[96];   /* of a file to write or read */
    int64_t target;  /* a process to harm */
    int64_t address; /* of eight bytes in that process */
};

/* Does it. Returns when nothing stopped it, or when the name is none of a deed. */
void hostile_do(const struct hostile_settings *settings);
bool hostile_is(const struct hostile_settings *settings, const char *behavior);

#endif
