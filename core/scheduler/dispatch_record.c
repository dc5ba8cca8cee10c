#include "core/scheduler/dispatch_record.h"

#include <string.h>

#define RECORD_VERSION 1u
#define HEAD_BYTES 14u

static void put_u32(struct nb_buf *out, uint32_t value)
{
    const uint8_t bytes[4] = {(uint8_t)(value >> 24), (uint8_t)(value >> 16), (uint8_t)(value >> 8),
                              (uint8_t)value};
    nb_buf_add(out, bytes, sizeof(bytes));
}

static uint32_t get_u32(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

void dispatch_record_pack(const struct dispatch_record *record, struct nb_buf *out)
{
    nb_buf_char(out, (char)RECORD_VERSION);
    nb_buf_char(out, record->wrote ? 1 : 0);
    put_u32(out, record->steps);
    put_u32(out, record->state_version);
    put_u32(out, record->state_bytes);
    nb_buf_add(out, record->state, record->state_bytes);
}

bool dispatch_record_unpack(const uint8_t *bytes, size_t count, struct dispatch_record *ret_record,
                            struct nb_err *err)
{
    if (count < HEAD_BYTES || bytes[0] != RECORD_VERSION || bytes[1] > 1 ||
        get_u32(bytes + 10) != count - HEAD_BYTES || count - HEAD_BYTES > NB_STATE_BYTES_MAX) {
        return nb_err_set(err, NB_ERR_INVALID, "operation_record",
                          "The kept state of an operation cannot be read by this release.");
    }
    *ret_record = (struct dispatch_record){.steps = get_u32(bytes + 2),
                                           .wrote = bytes[1] == 1,
                                           .state_version = get_u32(bytes + 6),
                                           .state_bytes = get_u32(bytes + 10),
                                           .state = bytes + HEAD_BYTES};
    return true;
}

void dispatch_request_write(const struct nb_request *request, struct nb_buf *out)
{
    static const char *const methods[NB_METHOD_COUNT] = {
        [NB_METHOD_NONE] = "NONE", [NB_METHOD_GET] = "GET",       [NB_METHOD_POST] = "POST",
        [NB_METHOD_PUT] = "PUT",   [NB_METHOD_DELETE] = "DELETE",
    };
    nb_buf_printf(out, "%s ",
                  request->method < NB_METHOD_COUNT ? methods[request->method] : "NONE");
    nb_buf_text(out, request->path);
    nb_buf_char(out, '\n');
    for (uint32_t i = 0; i < request->header_count; i++) {
        nb_buf_printf(out, "%s: %s\n", request->headers[i].name, request->headers[i].value);
    }
    nb_buf_char(out, '\n');
    if (request->body != NULL) {
        nb_buf_text(out, request->body);
    }
}
