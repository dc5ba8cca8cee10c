#include "core/scheduler/search_private.h"

#include <inttypes.h>
#include <string.h>

#define TEXT_CEILING ((size_t)8 << 20)
#define SETS_MAX 4096
#define SLOTS 8192 /* a power of two, twice the sets */

static const char kind_letters[] = {[MODEL_PLACE_NONE] = ' ',
                                    [MODEL_PLACE_SHELTER] = 's',
                                    [MODEL_PLACE_PARTNER_HOTEL] = 'p',
                                    [MODEL_PLACE_POINTS_HOTEL] = 'h'};

static const char *options_text(struct search *search, size_t first, size_t end, struct nb_buf *buf)
{
    nb_buf_char(buf, '[');
    for (size_t i = first; i < end; i++) {
        if (i > first) {
            nb_buf_char(buf, ',');
        }
        search_write_option(search, &search->options[i], buf);
    }
    nb_buf_char(buf, ']');
    return search_keep(search, buf);
}

/* --- refused places --- */

const char *search_refusal_counts(struct search *search)
{
    uint32_t counts[MODEL_REFUSAL_COUNT];
    struct nb_buf buf;
    bool begun = false;

    nb_buf_init(&buf, TEXT_CEILING);
    model_refusal_counts(search->ranked, search->place_count, counts);
    nb_buf_char(&buf, '{');
    for (int i = 0; i < MODEL_REFUSAL_COUNT; i++) {
        if (counts[i] > 0) {
            nb_buf_printf(&buf, "%s\"%s\":%" PRIu32, begun ? "," : "",
                          model_refusal_word((enum model_refusal)i), counts[i]);
            begun = true;
        }
    }
    nb_buf_char(&buf, '}');
    const char *text = search_keep(search, &buf);
    nb_buf_fini(&buf);
    return text;
}

/* Sets of reasons that were seen, by their bits. */
struct sets {
    uint64_t bits[SLOTS]; /* 0: free */
    int16_t position[SLOTS];
    const char *texts[SETS_MAX];
    size_t count;
};

static const char *set_text(struct search *search, uint64_t bits, struct nb_buf *buf)
{
    bool begun = false;

    for (uint64_t rest = bits; rest != 0; rest &= rest - 1) {
        nb_buf_text(buf, begun ? "," : "");
        nb_buf_text(buf, model_refusal_word((enum model_refusal)__builtin_ctzll(rest)));
        begun = true;
    }
    return search_keep(search, buf);
}

/* From 1; 0 when the arena is full. More sets than there is room for are cut to their first reason,
 * of which there are few. */
static int64_t set_position(struct search *search, struct sets *sets, uint64_t bits,
                            struct nb_buf *buf)
{
    size_t slot = (size_t)((bits * UINT64_C(0x9e3779b97f4a7c15)) >> 51) % SLOTS;

    while (sets->bits[slot] != 0 && sets->bits[slot] != bits) {
        slot = (slot + 1) % SLOTS;
    }
    if (sets->bits[slot] == bits) {
        return sets->position[slot];
    }
    if (sets->count >= SETS_MAX - MODEL_REFUSAL_COUNT && (bits & (bits - 1)) != 0) {
        return set_position(search, sets, MODEL_REFUSAL_BIT(model_refusal_first(bits)), buf);
    }
    const char *text = set_text(search, bits, buf);
    if (text == NULL) {
        return 0;
    }
    sets->texts[sets->count++] = text;
    sets->bits[slot] = bits;
    sets->position[slot] = (int16_t)sets->count;
    return (int64_t)sets->count;
}

static int64_t refused_id(const struct store_search_place *place)
{
    return place->unit_type != 0 ? place->unit_type : place->property;
}

static bool refused(struct search *search, struct search_texts *texts, struct sets *sets,
                    struct nb_buf *buf)
{
    size_t room = search->place_count + 1;
    char *kinds = nb_arena_alloc(search->arena, room);

    texts->refused_ids = nb_arena_alloc(search->arena, room * sizeof(int64_t));
    texts->refused_distances = nb_arena_alloc(search->arena, room * sizeof(int64_t));
    texts->refused_sets = nb_arena_alloc(search->arena, room * sizeof(int64_t));
    if (kinds == NULL || texts->refused_ids == NULL || texts->refused_distances == NULL ||
        texts->refused_sets == NULL) {
        return false;
    }
    for (size_t i = 0; i < search->place_count; i++) {
        const struct model_ranked *row = &search->ranked[i];
        const struct store_search_place *place = &search->places[row->place];
        if (row->refusal == MODEL_REFUSAL_NONE) {
            continue;
        }
        size_t at = texts->refused_count++;
        kinds[at] = kind_letters[place->model.kind];
        texts->refused_ids[at] = refused_id(place);
        texts->refused_distances[at] = place->model.distance_m;
        texts->refused_sets[at] = set_position(search, sets, row->refusals, buf);
        if (texts->refused_sets[at] == 0) {
            return false;
        }
    }
    texts->refused_kinds = kinds;
    texts->reason_sets = sets->texts;
    texts->set_count = sets->count;
    return true;
}

/* --- a group --- */

static void write_suggestion(const struct search_option *option, struct nb_buf *buf)
{
    char id[NB_PUBLIC_ID_TEXT];

    nb_public_id_format(option->id, id);
    nb_buf_printf(buf, "{\"option\":\"%s\",\"units\":%" PRIu32 ",\"households\":[", id,
                  option->units);
    search_write_households(buf, option);
    nb_buf_text(buf, "]}");
}

const char *search_allocation_text(struct search *search)
{
    const struct search_allocation *allocation = &search->allocation;
    struct nb_buf buf;
    bool begun = false;

    if (!search->request.ask.party.may_split) {
        return NULL;
    }
    nb_buf_init(&buf, TEXT_CEILING);
    nb_buf_text(&buf, "{\"suggested\":[");
    for (size_t i = 0; i < search->offered; i++) {
        if (search->options[i].suggested) {
            nb_buf_text(&buf, begun ? "," : "");
            write_suggestion(&search->options[i], &buf);
            begun = true;
        }
    }
    nb_buf_printf(&buf,
                  "],\"people_placed\":%" PRIu32 ",\"people_left\":%" PRIu32 ",\"left_over\":[",
                  allocation->people_placed, allocation->people_left);
    for (size_t i = 0; i < allocation->left_over_count; i++) {
        nb_buf_printf(&buf, "%s%d", i > 0 ? "," : "", allocation->left_over[i]);
    }
    nb_buf_text(&buf, "]}");
    const char *text = search_keep(search, &buf);
    nb_buf_fini(&buf);
    return text;
}

bool search_texts(struct search *search, struct search_texts *ret_texts)
{
    struct search_texts texts = {0};
    struct sets *sets = nb_arena_alloc(search->arena, sizeof(*sets));
    size_t page = search->offered < SEARCH_PAGE_OPTIONS ? search->offered : SEARCH_PAGE_OPTIONS;
    bool split = search->request.ask.party.may_split;
    struct nb_buf buf;

    nb_buf_init(&buf, TEXT_CEILING);
    bool good = sets != NULL && refused(search, &texts, sets, &buf);
    texts.options = options_text(search, 0, page, &buf);
    if (page < search->offered) {
        texts.further = options_text(search, page, search->offered, &buf);
        good = good && texts.further != NULL;
    }
    texts.refusal_counts = search_refusal_counts(search);
    texts.allocation = search_allocation_text(search);
    nb_buf_fini(&buf);
    *ret_texts = texts;
    return good && texts.options != NULL && texts.refusal_counts != NULL &&
           (!split || texts.allocation != NULL);
}
