/*
 * nightbridge book: books an option of a search, or several for several households.
 */
#include "core/base/ids.h"
#include "core/base/mem.h"
#include "core/cli/booking_call.h"
#include "core/cli/tree.h"

static int run(struct cli *cli)
{
    static const struct cli_field fields[] = {
        {"reason", "reason", CLI_FIELD_TEXT},
        {"long-stay", "long_stay_reason", CLI_FIELD_TEXT},
        {"covers", "covers", CLI_FIELD_TEXT},
        {"tolerance", "price_tolerance_points", CLI_FIELD_INTEGER},
        {"allow-next", "allow_next", CLI_FIELD_FLAG},
    };
    json_t *options = json_array();
    json_t *body = json_object();

    for (int i = 1; i < cli_word_count(cli); i++) {
        struct public_id id;
        if (!nb_public_id_parse(cli_word(cli, i), &id)) {
            json_decref(options);
            json_decref(body);
            return cli_usage(cli, "\"%s\" is no option's id", cli_word(cli, i));
        }
        NB_ASSERT(json_array_append_new(options, json_string(cli_word(cli, i))) == 0);
    }
    bool several = json_array_size(options) > 1;
    NB_ASSERT(json_object_set(body, several ? "options" : "option",
                              several ? options : json_array_get(options, 0)) == 0);
    json_decref(options);
    return cli_act_with(cli, "/v1/requests/{}/bookings", fields, NB_COUNT(fields), body);
}

static const struct cli_option options[] = {
    {"reason", "WORD", "why points, although a shelter is free: guest_choice, unsafe, too_far, ...",
     false},
    {"long-stay", "WORD", "why so long a stay: next_place_awaited, unsafe_to_move, ...", false},
    {"allow-next", NULL, "when it falls through, take the next of the same search", false},
    {"tolerance", "POINTS", "how much dearer it may have become", false},
    {"covers", "BOOKING", "covers for that booking of unknown outcome", false},
    CLI_KEY_OPTION,
    CLI_API_OPTIONS,
};

const struct cli_command cli_book = {
    .name = "book",
    .usage = "REQUEST OPTION... [--reason WORD] [--allow-next]",
    .help = "books an option of a search; several are held together or not at all",
    .examples = "  nightbridge book 9f0c6d1e-7a52-4b1f-8f53-0d7f1f6a2b11 \\\n"
                "    16d366ec-7f93-4479-8fc5-7ced4859319f --allow-next\n",
    .options = options,
    .words_min = 2,
    .words_max = 41,
    .run = run,
};
