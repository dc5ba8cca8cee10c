/* What leaves as JSON says the same when it is read back, whatever stands in it. */
#include "core/api/json_text.h"

#include <criterion/criterion.h>

TestSuite(api_json_text, .timeout = 10);

static const struct {
    const char *text;
    const char *why;
} same[] = {
    {"{}", "nothing"},
    {"[]", "an empty list"},
    {"{\"b\":1,\"a\":[true,false,null,{\"c\":\"\"}]}", "members keep their order"},
    {"[9223372036854775807,-9223372036854775808,0,-1]", "the whole range of integers"},
    {"[0.5,-1.25,1e300]", "numbers with a point"},
    {"[\"a\\\"b\\\\c\",\"\\u0001\\u001f\\u0000x\",\"/\"]", "quotes, backslashes, control bytes"},
    {"[\"Zufluchtsort f\303\274r N\303\244chte\"]", "UTF-8 as it is"},
    {"{\"\\\"\\n\":\"\\t\"}", "names are texts as well"},
};

Test(api_json_text, reads_back_as_what_was_written)
{
    for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
        json_t *json = json_loads(same[i].text, JSON_ALLOW_NUL, NULL);
        struct nb_buf buf;

        cr_assert_not_null(json, "%s", same[i].why);
        nb_buf_init(&buf, 4096);
        api_json_write(&buf, json);
        json_t *back = json_loadb(nb_buf_str(&buf), buf.length, JSON_ALLOW_NUL, NULL);
        cr_assert_not_null(back, "%s: %s", same[i].why, nb_buf_str(&buf));
        cr_expect(json_equal(json, back), "%s: %s", same[i].why, nb_buf_str(&buf));
        json_decref(back);
        json_decref(json);
        nb_buf_fini(&buf);
    }
}

Test(api_json_text, further_members_stand_behind_as_they_are)
{
    const struct api_raw raw[] = {{"timeline", "[1, 2]"}, {"referral", NULL}};
    json_t *json = json_pack("{s:s}", "id", "x");
    json_t *empty = json_object();
    struct nb_buf buf;

    nb_buf_init(&buf, 4096);
    api_json_write_with(&buf, json, raw, 2);
    cr_expect_str_eq(nb_buf_str(&buf), "{\"id\":\"x\",\"timeline\":[1, 2],\"referral\":null}");
    nb_buf_clear(&buf);
    api_json_write_with(&buf, empty, raw, 1);
    cr_expect_str_eq(nb_buf_str(&buf), "{\"timeline\":[1, 2]}");
    json_decref(json);
    json_decref(empty);
    nb_buf_fini(&buf);
}

Test(api_json_text, what_does_not_fit_shows)
{
    json_t *json = json_pack("[s]", "0123456789");
    struct nb_buf buf;

    nb_buf_init(&buf, 8);
    api_json_write(&buf, json);
    cr_expect(buf.failed);
    json_decref(json);
    nb_buf_fini(&buf);
}
