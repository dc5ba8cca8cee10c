/* The C twin of nb.lock_key: values that PostgreSQL 15 gave, around the borders of its blocks. */
#include "core/store/lock_key.h"

#include <criterion/criterion.h>
#include <inttypes.h>

TestSuite(store_lock_key, .timeout = 10);

static const struct {
    const char *kind;
    int64_t id;
    int64_t key;
} known[] = {
    {"unit", 1, 7797132491662463125},
    {"unit", 0, 6926559526152019761},
    {"account", 7, -5125807297108941451},
    {"unit", 1234567, 7535189019581704992},
    {"account", 123, -1041703748239332559},
    {"account", 1234, 3563825610649523979},
    {"account", 12345, 5339515564603630804},
    {"unit", -1, -2695886190873875064},
    {"account", INT64_MAX, 1133042255698654665},
    {"account", INT64_MIN, 383332607547257425},
    {"k", 1, 965130277338035313},
    {"abcdefghijklmnopqrstuvwxyz_of_forty_chars", 123456789012, -1022818846933851148},
};

Test(store_lock_key, is_what_postgresql_computes)
{
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        int64_t key = store_lock_key(known[i].kind, known[i].id);
        cr_expect(key == known[i].key, "%s:%" PRId64 " gave %" PRId64, known[i].kind, known[i].id,
                  key);
    }
}
