/*
 * The script of a task that a person performs: the plugin's lines, with what the person may see in
 * place of the placeholders.
 */
#ifndef NB_API_TASK_SCRIPT_H
#define NB_API_TASK_SCRIPT_H

#include "core/api/guest_secrets.h"
#include "core/http/fields.h"
#include "core/store/reveal.h"

#include <jansson.h>

extern const struct http_fields api_script_fields;

/* What a person needs to act for a points account; NULL where this house does not have it. */
struct api_script_account {
    const char *member;
    const char *holder;
    const char *phone; /* the approved number, and no other */
};

/*
 * Gives {lines: [{kind, text}], fields: [{name, kind, label, required}]} of the script that a task
 * keeps, every placeholder replaced. A value that this house does not have is asked for in its
 * place ("(ask an administrator: phone.approved)"), so that a line never fails as a whole.
 */
json_t *api_script_json(const json_t *script, const struct store_reveal *reveal,
                        const struct api_guest_secrets *secrets,
                        const struct api_script_account *account);

#endif
