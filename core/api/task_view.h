/*
 * How a task is shown, and how its script is opened for the one who holds its claim.
 */
#ifndef NB_API_TASK_VIEW_H
#define NB_API_TASK_VIEW_H

#include "core/api/call.h"
#include "core/http/fields.h"
#include "core/store/task.h"

extern const struct http_fields api_task_fields;
/* The same with its script. */
extern const struct http_fields api_task_work_fields;
/* Roles of tasks; ends with NULL. */
extern const char *const api_task_roles[];
/* Why a claimed task goes to somebody else; ends with NULL. */
extern const char *const api_task_handovers[];

json_t *api_task_json(const struct store_task *task);

/* The locks of the task of call->id, if the caller may take it: it is of its own role or of one
 * below. Gives `done` the call; keys are NULL when there is no such task for it. */
void api_task_keys(struct api_call *call, store_keys_fn done);

/* Answers with the task of call->id: with its script, replaced and audited, when the caller holds
 * its claim and there is one. */
void api_task_show(struct api_call *call);

#endif
