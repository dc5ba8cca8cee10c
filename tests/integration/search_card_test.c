/*
 * A free night that only an account with the program's card gets, and what the guest shows at the
 * desk: IHG, from the request to the list, on the sample world.
 */
#include "core/base/mem.h"
#include "tests/integration/search_house.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static struct search_house at;

/* A hotel of the sample changes its program; the hotline has two accounts with it. */
static void open_house(void)
{
    search_house_open_with(&at, true, "ihg");
    free(house_sql(&at.house, "update nb.property set program_code = 'ihg', program_property_code "
                              "= 'ABQHA', brand_code = 'HI', card_rule = 'guest_card' where name "
                              "like '%%Tamarack Square (sample)' "
                              "and program_code = 'marriott'"));
    free(house_sql(
        &at.house,
        "insert into nb.points_account (program_id, hotline_id, label, kind) "
        "select p.program_id, a.hotline_id, v.label, 'program_charity' from nb.loyalty_program p, "
        "(select distinct hotline_id from nb.points_account where label = 'Marriott charity "
        "account') a, (values ('IHG one'), ('IHG two')) v (label) where p.code = 'ihg'"));
    cr_assert_eq(
        house_number(
            &at.house,
            "select count(*) from nb.points_account a cross join lateral nb.points_topup("
            "(select min(user_id) from nb.app_user), a.public_id, (select f.public_id from "
            "nb.donor_fund f where f.restriction_id is null order by 1 limit 1), 500000, (nb.now() "
            "at time zone 'UTC')::date - 5, null) t "
            "where a.label like 'IHG%%' and t.outcome = 'received'"),
        2);
}

static void close_house(void)
{
    search_house_close(&at);
}

TestSuite(search_card, .init = open_house, .fini = close_house, .timeout = 300);

#define PLACE "\"place\":{\"postal_code\":\"87102\"},"
#define ADULT "\"households\":[{\"adults\":1}]"
#define PAPERS "\"id_documents\":[\"state_id\"],\"has_card\":true"

#define NO_CARD "\"id_documents\":[\"state_id\"],\"has_card\":false"

static int64_t free_nights(int nights, int64_t *ret_points)
{
    json_t *search =
        search_for(&at, search_format(PLACE "\"nights\":%d," PAPERS "," ADULT, nights));
    const json_t *hotel = search_option(search, "Tamarack Square");
    cr_assert_not_null(hotel, "%s", search_dump(search));
    const json_t *price = json_object_get(hotel, "price");
    int64_t found = search_number(price, "free_nights");
    *ret_points = search_number(price, "points");
    json_decref(search);
    return found;
}

Test(search_card, the_fourth_night_is_free_once_every_account_of_the_program_holds_the_card)
{
    static const struct {
        const char *holders; /* labels of the accounts that hold it */
        int nights;
        int64_t free_nights;
        const char *why;
    } rows[] = {
        {"none", 4, 0, "no account holds it"},
        {"IHG one", 4, 0, "the other one may pay: nothing is promised"},
        {"IHG%%", 4, 1, "whichever account pays"},
        {"IHG%%", 3, 0, "three nights have none"},
    };
    int64_t paid[NB_COUNT(rows)];
    for (size_t i = 0; i < NB_COUNT(rows); i++) {
        free(house_sql(&at.house,
                       "update nb.points_account set holds_card = label like '%s' "
                       "where label like 'IHG%%'",
                       rows[i].holders));
        cr_expect_eq(free_nights(rows[i].nights, &paid[i]), rows[i].free_nights, "%s", rows[i].why);
    }
    cr_expect_eq(paid[0], paid[1]);
    cr_expect_eq(paid[2], paid[3], "the fourth night adds nothing");
    cr_expect_gt(paid[0], paid[2]);
}

Test(search_card, a_guest_who_is_watched_or_has_no_card_or_id_is_not_offered_it)
{
    static const struct {
        const char *fields;
        const char *card_rule; /* of the hotel */
        bool offered;
        const char *why;
    } rows[] = {
        {PAPERS "," ADULT, "guest_card", true, "an ID and a card of their own"},
        {PAPERS ",\"account_watched\":true," ADULT, "guest_card", false, "a hold would be seen"},
        {NO_CARD "," ADULT, "guest_card", false, "no card"},
        {NO_CARD ",\"account_watched\":true," ADULT, "none_needed", true,
         "the hotel agreed in writing to take none"},
        {"\"id_documents\":[],\"has_card\":true," ADULT, "guest_card", false, "no ID"},
    };
    for (size_t i = 0; i < NB_COUNT(rows); i++) {
        free(house_sql(&at.house,
                       "update nb.property set card_rule = '%s' where program_code = 'ihg'",
                       rows[i].card_rule));
        json_t *search = search_for(&at, search_format(PLACE "\"nights\":2,%s", rows[i].fields));
        cr_expect_eq(search_option(search, "Tamarack Square") != NULL, rows[i].offered, "%s",
                     rows[i].why);
        json_decref(search);
    }
}
