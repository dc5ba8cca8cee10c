#include "plugins/kit/check.h"

static bool class_fits(char class, char c)
{
    bool letter = c >= 'A' && c <= 'Z';
    bool digit = c >= '0' && c <= '9';
    switch (class) {
    case 'A':
        return letter;
    case '9':
        return digit;
    case 'X':
        return letter || digit;
    default:
        return class == c;
    }
}

/* "{m,n}" at pattern, one digit each; moves pattern behind it. */
static void repeat_of(const char **pattern, int *ret_least, int *ret_most)
{
    *ret_least = *ret_most = 1;
    if ((*pattern)[0] == '{' && (*pattern)[1] != '\0' && (*pattern)[2] == ',' &&
        (*pattern)[3] != '\0' && (*pattern)[4] == '}') {
        *ret_least = (*pattern)[1] - '0';
        *ret_most = (*pattern)[3] - '0';
        *pattern += 5;
    }
}

bool kit_pattern_fits(const char *pattern, const char *text)
{
    while (*pattern != '\0') {
        char class = *pattern++;
        int least, most, count = 0;
        repeat_of(&pattern, &least, &most);
        while (count < most && *text != '\0' && class_fits(class, *text)) {
            count++;
            text++;
        }
        if (count < least) {
            return false;
        }
    }
    return *text == '\0';
}

bool kit_currency_fits(const char currency[NB_CURRENCY_TEXT])
{
    return currency[NB_CURRENCY_TEXT - 1] == '\0' && kit_pattern_fits("AAA", currency);
}

void kit_warn_unless(bool looks_right, const char *warning, struct nb_validation *validation)
{
    validation->looks_right = looks_right;
    validation->warning = looks_right ? NULL : warning;
}
