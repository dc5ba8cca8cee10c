#include "core/vault/context.h"

#include <stdio.h>
#include <string.h>

static void write_context(const char *table, struct public_id id, const char *field, char *ret_text)
{
    char text[NB_PUBLIC_ID_TEXT];
    nb_public_id_format(id, text);
    int length = snprintf(ret_text, VAULT_CONTEXT_TEXT, "%s|%s|%s", table, text, field);
    /* A context that was cut would bind less than it says. */
    NB_ASSERT(length > 0 && length < VAULT_CONTEXT_TEXT);
}

void vault_context_guest_key(struct public_id guest, char ret_text[VAULT_CONTEXT_TEXT])
{
    write_context("guest_key", guest, "wrapped_key", ret_text);
}

void vault_context_hotline_key(struct public_id hotline, char ret_text[VAULT_CONTEXT_TEXT])
{
    write_context("hotline", hotline, "sealed_key", ret_text);
}

void vault_context_guest_data(struct public_id guest, const char *field,
                              char ret_text[VAULT_CONTEXT_TEXT])
{
    write_context("guest_secret", guest, field, ret_text);
}

void vault_context_hotline_data(struct public_id hotline, const char *field,
                                char ret_text[VAULT_CONTEXT_TEXT])
{
    write_context("hotline_data", hotline, field, ret_text);
}

void vault_context_confirmation(struct public_id reference, char ret_text[VAULT_CONTEXT_TEXT])
{
    write_context("booking_attempt", reference, "confirmation", ret_text);
}

void vault_context_operation(struct public_id outbox, const char *field,
                             char ret_text[VAULT_CONTEXT_TEXT])
{
    write_context("outbox_operation", outbox, field, ret_text);
}

void vault_context_address(struct public_id location, char ret_text[VAULT_CONTEXT_TEXT])
{
    write_context("location", location, "sealed_address", ret_text);
}
