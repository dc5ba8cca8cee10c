#include "plugins/kit/check.h"

#include "plugins/kit/text.h"

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

bool kit_property_fits(const struct nb_call *call, struct kit_defaults defaults, const char *code)
{
    const char *pattern = kit_rule_text(call, defaults, "property.pattern");
    return pattern != NULL && kit_pattern_fits(pattern, code);
}

static bool brand_known(const struct nb_call *call, struct kit_defaults defaults, const char *brand)
{
    static const char *const sets[] = {"property.brands", "property.site_brands"};
    for (size_t i = 0; i < sizeof(sets) / sizeof(sets[0]); i++) {
        const char *brands = kit_rule_text(call, defaults, sets[i]);
        if (brands != NULL && kit_list_has(brands, brand)) {
            return true;
        }
    }
    return false;
}

static enum nb_status warn_unless(bool looks_right, const char *warning,
                                  struct nb_validation *validation)
{
    validation->looks_right = looks_right || warning == NULL;
    validation->warning = looks_right ? NULL : warning;
    return NB_OK;
}

enum nb_status kit_validate(const struct nb_call *call, struct kit_defaults defaults,
                            const struct kit_formats *formats, const struct nb_validate_ask *ask,
                            struct nb_validation *validation)
{
    const char *text = ask->text;
    if (text == NULL) {
        return NB_REFUSED;
    }
    switch ((enum nb_validate_kind)ask->kind) {
    case NB_VALIDATE_PROPERTY:
        return warn_unless(kit_property_fits(call, defaults, text), formats->property, validation);
    case NB_VALIDATE_BRAND:
        return warn_unless(brand_known(call, defaults, text), formats->brand, validation);
    case NB_VALIDATE_MEMBER:
        return warn_unless(formats->member == NULL ||
                               kit_pattern_fits(formats->member_pattern, text),
                           formats->member, validation);
    case NB_VALIDATE_CONFIRMATION:
        return warn_unless(formats->confirmation == NULL ||
                               kit_pattern_fits(formats->confirmation_pattern, text),
                           formats->confirmation, validation);
    case NB_VALIDATE_NONE:
    case NB_VALIDATE_COUNT:
        break;
    }
    return NB_REFUSED;
}
