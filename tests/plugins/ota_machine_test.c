/* The step machine in the other dialect: what it asks next, and what it makes of every doubt. */
#include "core/base/mem.h"
#include "core/plugin/tree_xml.h"
#include "plugins/kit/machine.h"
#include "tests/plugins/ota_cases.h"

#include <criterion/criterion.h>
#include <string.h>

TestSuite(ota_machine, .timeout = 20);

static struct nb_arena *arena;
static struct kit_machine_state state;
static struct kit_gateway_settings settings;

static void set_up(void)
{
    arena = nb_arena_create((size_t)16 << 20);
    settings = ota_settings;
    settings.opentravel = true;
    state = (struct kit_machine_state){0};
}

static void tear_down(void)
{
    nb_arena_destroy(arena);
}

static struct nb_effect step(const struct nb_event *event)
{
    struct nb_effect effect = {0};
    struct nb_call call = ota_call(arena);
    cr_assert_eq(kit_machine_step(&call, &settings, &state, event, &effect), NB_OK);
    return effect;
}

static struct nb_effect begin(const struct nb_operation *operation)
{
    state = (struct kit_machine_state){0};
    return step(&(struct nb_event){.kind = NB_EVENT_BEGIN, .operation = operation});
}

static struct nb_effect respond(const struct nb_operation *operation, const char *xml)
{
    struct nb_response response = {.status = 200};
    struct nb_err err = {0};
    cr_assert(plugin_tree_of_xml(arena, xml, strlen(xml), &response.body, &err), "%s", err.text);
    return step(&(struct nb_event){
        .kind = NB_EVENT_RESPONSE, .operation = operation, .response = &response});
}

static struct nb_effect respond_changed(const struct nb_operation *operation, const char *fixture,
                                        const char *from, const char *to)
{
    NB_AUTOFREE char *text = ota_fixture(fixture);
    NB_AUTOFREE char *other = ota_changed(text, from, to);
    return respond(operation, other);
}

static void expect_asks(const struct nb_effect *effect, const char *message, bool write)
{
    cr_assert_eq(effect->kind, NB_EFFECT_REQUEST, "%s: effect %u", message, effect->kind);
    cr_expect_not_null(strstr(effect->request.body, message), "%s", effect->request.body);
    cr_expect_eq(effect->request.is_write, write, "%s", message);
}

static void expect_done(const struct nb_effect *effect, enum nb_outcome outcome, const char *why)
{
    cr_expect_eq(effect->kind, NB_EFFECT_DONE, "%s: effect %u", why, effect->kind);
    cr_expect_eq(effect->outcome, (uint32_t)outcome, "%s: outcome %u", why, effect->outcome);
}

Test(ota_machine, a_commit_quotes_writes_and_is_confirmed, .init = set_up, .fini = tear_down)
{
    struct nb_effect effect = begin(&ota_stay);
    expect_asks(&effect, "OTA_HotelAvailRQ", false);
    NB_AUTOFREE char *avail = ota_fixture("avail");
    effect = respond(&ota_stay, avail);
    expect_asks(&effect, "ResStatus=\"Commit\"", true);
    cr_expect_not_null(strstr(effect.request.body, "BookingCode=\"q-1\""), "the cheaper one");
    NB_AUTOFREE char *committed = ota_fixture("committed");
    effect = respond(&ota_stay, committed);
    expect_done(&effect, NB_OUTCOME_CONFIRMED, "all as asked");
    cr_expect_str_eq(effect.facts.confirmation, "C-77");
}

Test(ota_machine, a_price_or_policy_that_was_not_approved_is_not_written, .init = set_up,
     .fini = tear_down)
{
    struct nb_operation dated = ota_stay;
    struct nb_effect effect = begin(&ota_stay);
    effect = respond_changed(&ota_stay, "avail", "30000", "30001");
    expect_done(&effect, NB_OUTCOME_PRICE_CHANGED, "one point more");
    dated.policy_version = "p0";
    effect = begin(&dated);
    effect = respond_changed(&dated, "avail", "30000", "29999");
    expect_done(&effect, NB_OUTCOME_POLICY_CHANGED, "another policy");
}

static const struct begin_case {
    enum nb_operation_kind kind;
    const char *quote_id;
    const char *message;
    bool write;
} begins[] = {
    {NB_OPERATION_QUOTE, NULL, "OTA_HotelAvailRQ", false},
    {NB_OPERATION_HOLD, NULL, "OTA_HotelAvailRQ", false},
    {NB_OPERATION_HOLD, "q-1", "ResStatus=\"Initiate\"", true},
    {NB_OPERATION_COMMIT, "q-1", "ResStatus=\"Commit\"", true},
    {NB_OPERATION_CANCEL, NULL, "OTA_CancelRQ", true},
    {NB_OPERATION_READ, NULL, "OTA_ReadRQ", false},
};

/* What an answer that means nothing is: a failed question, or a write whose effect is not known. */
Test(ota_machine, doubt_is_a_failed_question_or_unknown, .init = set_up, .fini = tear_down)
{
    for (size_t i = 0; i < NB_COUNT(begins); i++) {
        struct nb_operation operation = ota_stay;
        operation.kind = begins[i].kind;
        operation.quote_id = begins[i].quote_id;
        struct nb_effect effect = begin(&operation);
        expect_asks(&effect, begins[i].message, begins[i].write);
        effect = respond(&operation, "<html/>");
        if (begins[i].kind == NB_OPERATION_READ) {
            cr_expect_eq(effect.fail_kind, NB_FAIL_PROTOCOL);
        } else {
            expect_done(&effect, begins[i].write ? NB_OUTCOME_UNKNOWN : NB_OUTCOME_RETRY_LATER,
                        begins[i].message);
        }
    }
}

Test(ota_machine, a_refusal_names_its_outcome, .init = set_up, .fini = tear_down)
{
    struct nb_operation read = ota_stay;
    read.kind = NB_OPERATION_READ;
    struct nb_effect effect = begin(&ota_stay);
    effect = respond_changed(&ota_stay, "refused", "OTA_HotelResRS", "OTA_HotelAvailRS");
    expect_done(&effect, NB_OUTCOME_SOLD_OUT, "of the price");
    effect = begin(&read);
    NB_AUTOFREE char *text = ota_fixture("refused");
    NB_AUTOFREE char *absent = ota_changed(text, "322", "97");
    effect = respond_changed(&read, "refused", "HotelResRS", "ResRetrieveRS");
    cr_expect_eq(effect.fail_kind, NB_FAIL_PROTOCOL, "sold out is no answer to a read");
    effect = begin(&read);
    NB_AUTOFREE char *other = ota_changed(absent, "HotelResRS", "ResRetrieveRS");
    effect = respond(&read, other);
    expect_done(&effect, NB_OUTCOME_NOT_FOUND, "of the read");
}

Test(ota_machine, of_an_account_it_says_nothing, .init = set_up, .fini = tear_down)
{
    static const enum nb_operation_kind kinds[] = {NB_OPERATION_BALANCE, NB_OPERATION_ACTIVITY};
    for (size_t i = 0; i < NB_COUNT(kinds); i++) {
        struct nb_operation operation = ota_stay;
        operation.kind = kinds[i];
        struct nb_effect effect = begin(&operation);
        cr_expect_eq(effect.kind, NB_EFFECT_FAIL);
        cr_expect_eq(effect.fail_kind, NB_FAIL_UNSUPPORTED);
    }
}
