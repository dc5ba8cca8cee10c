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

/* Roles whose tasks the caller may take: its own and those below it. *ret_count of them. */
const char *const *api_task_roles_of(const struct api_call *call, size_t *ret_count);

/* Answers with the task of call->id: with its script, replaced and audited, when the caller holds
 * its claim and there is one. */
void api_task_show(struct api_call *call);

#endif
