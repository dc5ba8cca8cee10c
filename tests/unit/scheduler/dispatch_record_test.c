/* The kept state of an operation survives unchanged, and nothing else is taken for one. */
#include "core/scheduler/dispatch_record.h"

#include <criterion/criterion.h>
#include <string.h>

TestSuite(dispatch_record, .timeout = 10);

static struct nb_buf packed(void)
{
    static const uint8_t state[] = {1, 0, 2, 255};
    struct nb_buf out;
    nb_buf_init(&out, DISPATCH_RECORD_MAX);
    dispatch_record_pack(&(struct dispatch_record){.steps = 7,
                                                   .wrote = true,
                                                   .state_version = 3,
                                                   .state_bytes = sizeof(state),
                                                   .state = state},
                         &out);
    return out;
}

Test(dispatch_record, comes_back_as_it_was)
{
    struct nb_buf bytes = packed();
    struct dispatch_record record;
    struct nb_err err;
    cr_assert(dispatch_record_unpack((const uint8_t *)bytes.data, bytes.length, &record, &err));
    cr_expect_eq(record.steps, 7);
    cr_expect(record.wrote);
    cr_expect_eq(record.state_version, 3);
    cr_assert_eq(record.state_bytes, 4);
    cr_expect_eq(record.state[3], 255);
    nb_buf_fini(&bytes);
}

Test(dispatch_record, refuses_what_was_cut_lengthened_or_written_by_another_release)
{
    struct nb_buf bytes = packed();
    struct dispatch_record record;
    for (size_t count = 0; count < bytes.length; count++) {
        cr_expect_not(dispatch_record_unpack((const uint8_t *)bytes.data, count, &record, NULL),
                      "%zu", count);
    }
    bytes.data[0] = 9;
    cr_expect_not(dispatch_record_unpack((const uint8_t *)bytes.data, bytes.length, &record, NULL));
    nb_buf_fini(&bytes);
}

Test(dispatch_record, keeps_placeholders_in_the_request)
{
    const struct nb_header headers[] = {{"Idempotency-Key", "r1"}};
    const struct nb_request request = {.method = NB_METHOD_POST,
                                       .header_count = 1,
                                       .headers = headers,
                                       .path = "/v1/reservations",
                                       .body = "{\"guest\":\"{{guest.surname}}\"}"};
    struct nb_buf out;
    nb_buf_init(&out, 1024);
    dispatch_request_write(&request, &out);
    cr_expect_str_eq(nb_buf_str(&out), "POST /v1/reservations\nIdempotency-Key: r1\n\n"
                                       "{\"guest\":\"{{guest.surname}}\"}");
    nb_buf_fini(&out);
}
