#include "core/vault/prints.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

bool vault_print_case(const struct vault_keys *keys, uint32_t epoch, struct hotline_id hotline,
                      const char *reference, struct vault_print *ret_print)
{
    char text[VAULT_REFERENCE_MAX + 32];
    size_t length = strlen(reference);
    int start = snprintf(text, sizeof(text), "%" PRId64 "|", hotline.v);
    size_t at = (size_t)start;
    while (length > 0 && isspace((unsigned char)reference[length - 1])) {
        length--;
    }
    while (length > 0 && isspace((unsigned char)*reference)) {
        reference++;
        length--;
    }
    for (size_t i = 0; i < length && i < VAULT_REFERENCE_MAX; i++) {
        text[at++] = (char)toupper((unsigned char)reference[i]);
    }
    bool made = vault_print_make_under(keys, epoch, VAULT_PRINT_SITUATION, text, at, ret_print);
    explicit_bzero(text, sizeof(text));
    return made;
}

bool vault_print_confirmation(const struct vault_keys *keys, uint32_t epoch,
                              struct public_id account, const char *number,
                              struct vault_print *ret_print)
{
    char text[NB_PUBLIC_ID_TEXT + VAULT_NUMBER_MAX + 2];
    char id[NB_PUBLIC_ID_TEXT];
    nb_public_id_format(account, id);
    int length = snprintf(text, sizeof(text), "%s|%s", id, number);
    /* A number that was cut would equal another that begins alike. */
    bool made = length > 0 && (size_t)length < sizeof(text) &&
                vault_print_make_under(keys, epoch, VAULT_PRINT_CONFIRMATION, text, (size_t)length,
                                       ret_print);
    explicit_bzero(text, sizeof(text));
    return made;
}
