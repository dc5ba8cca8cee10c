#include "core/api/request_fields.h"

#include "core/model/party.h"
#include "core/scheduler/intake.h"

const char *const api_urgency_words[] = {"crisis", "urgent", "planned", NULL};
const char *const api_gender_words[] = {"unsaid", "women", "men", "mixed", NULL};
const char *const api_document_words[] = {"state_id",    "passport",   "foreign_passport",
                                          "consular_id", "expired_id", NULL};
const char *const api_wish_words[] = {"trafficking",
                                      "labor_trafficking",
                                      "domestic_violence",
                                      "youth",
                                      "lgbtq",
                                      "immigrants",
                                      "families",
                                      "women",
                                      "men",
                                      "survivor_led",
                                      NULL};
const char *const api_channel_words[] = {"phone", "text", "chat", "referral", NULL};
const char *const api_asked_by_words[] = {
    "guest", "provider", "supporter", "consulate", "law_enforcement", "partner_hotline", NULL};
const char *const api_shares_back_words[] = {"nothing", "placed", "place_too", NULL};
const char *const api_contact_mode_words[] = {"none", "call_back", "text_ok", "do_not_reach_out",
                                              NULL};
const char *const api_country_words[] = {"US", "CA", "MX", NULL};

#define FIELDS(name, title_text, table)                                                            \
    const struct http_fields name = {                                                              \
        .title = (title_text), .fields = (table), .count = sizeof(table) / sizeof((table)[0])}

/* --- where --- */

#define PLACE_ROWS                                                                                 \
    {.name = "country",                                                                            \
     .type = HTTP_ENUM,                                                                            \
     .nullable = true,                                                                             \
     .words = api_country_words,                                                                   \
     .about = "Of the postal code or city; US when it is not given."},                             \
        {.name = "postal_code",                                                                    \
         .type = HTTP_TEXT,                                                                        \
         .nullable = true,                                                                         \
         .min = 3,                                                                                 \
         .max = 10,                                                                                \
         .about = "A postal code of the United States.",                                           \
         .example = "06103"},                                                                      \
        {.name = "city",                                                                           \
         .type = HTTP_TEXT,                                                                        \
         .nullable = true,                                                                         \
         .min = 1,                                                                                 \
         .max = 80,                                                                                \
         .about = "A city of Canada or Mexico, with its region."},                                 \
        {.name = "region",                                                                         \
         .type = HTTP_TEXT,                                                                        \
         .nullable = true,                                                                         \
         .min = 2,                                                                                 \
         .max = 3,                                                                                 \
         .about = "State or province, the part of its ISO 3166-2 code after the country.",         \
         .example = "ON"},                                                                         \
        {.name = "latitude",                                                                       \
         .type = HTTP_NUMBER,                                                                      \
         .nullable = true,                                                                         \
         .min = -90,                                                                               \
         .max = 90,                                                                                \
         .about = "Degrees north; with longitude."},                                               \
    {                                                                                              \
        .name = "longitude", .type = HTTP_NUMBER, .nullable = true, .min = -180, .max = 180,       \
        .about = "Degrees east; with latitude."                                                    \
    }

static const struct http_field place_rows[] = {PLACE_ROWS};
FIELDS(place_fields, "Where", place_rows);

static const struct http_field avoided_rows[] = {
    PLACE_ROWS,
    {.name = "radius_m",
     .type = HTTP_INTEGER,
     .required = true,
     .min = 100,
     .max = 200000,
     .about = "Nothing nearer than this is offered, in meters."}};
FIELDS(avoided_fields, "PlaceToAvoid", avoided_rows);

/* --- who --- */

static const struct http_field age_row[] = {{.type = HTTP_INTEGER, .min = 0, .max = 17}};
FIELDS(age_fields, "ChildAge", age_row);

static const struct http_field household_rows[] = {
    {.name = "adults", .type = HTTP_INTEGER, .min = 0, .max = 20, .about = "18 or older."},
    {.name = "oldest_adult_age",
     .type = HTTP_INTEGER,
     .nullable = true,
     .min = 18,
     .max = 120,
     .about = "Only if they wish to say: some desks ask for 21."},
    {.name = "children_ages",
     .type = HTTP_ARRAY,
     .max = MODEL_CHILDREN_MAX,
     .of = &age_fields,
     .about = "One age for each child; empty for none."},
    {.name = "teen_son",
     .type = HTTP_BOOLEAN,
     .about = "A boy of 13 to 17 is with them: some houses do not take him."}};
FIELDS(api_household_fields, "Household", household_rows);

/* --- lists of words --- */

static const struct http_field document_row[] = {{.type = HTTP_ENUM, .words = api_document_words}};
FIELDS(document_fields, "IdDocument", document_row);
static const struct http_field wish_row[] = {{.type = HTTP_ENUM, .words = api_wish_words}};
FIELDS(wish_fields, "Wish", wish_row);
static const struct http_field language_row[] = {
    {.type = HTTP_TEXT, .min = 2, .max = 35, .example = "es"}};
FIELDS(language_fields, "Language", language_row);

/* --- a request --- */

/* needed: whether the fields that nobody may leave out are required in this table. */
#define REQUEST_ROWS(needed)                                                                       \
    {.name = "alias",                                                                              \
     .type = HTTP_TEXT,                                                                            \
     .nullable = true,                                                                             \
     .min = 1,                                                                                     \
     .max = 60,                                                                                    \
     .secret = true,                                                                               \
     .about = "A made-up name by which staff speak of the guest and a desk expects them; "         \
              "never the real one. A surname, or all of it, is made up when it is missing."},      \
        {.name = "urgency",                                                                        \
         .type = HTTP_ENUM,                                                                        \
         .nullable = true,                                                                         \
         .words = api_urgency_words,                                                               \
         .about =                                                                                  \
             "Within 24 h, within 72 h, later; follows from the first night when not given."},     \
        {.name = "place",                                                                          \
         .type = HTTP_OBJECT,                                                                      \
         .required = (needed),                                                                     \
         .of = &place_fields,                                                                      \
         .about = "Around where: a postal code, a city with its region, or a spot."},              \
        {.name = "check_in",                                                                       \
         .type = HTTP_TEXT,                                                                        \
         .nullable = true,                                                                         \
         .min = 7,                                                                                 \
         .max = 10,                                                                                \
         .about = "The first night: tonight (each place's own), or a date as YYYY-MM-DD.",         \
         .example = "tonight"},                                                                    \
        {.name = "nights", .type = HTTP_INTEGER, .nullable = true, .min = 1, .max = 30},           \
        {.name = "households",                                                                     \
         .type = HTTP_ARRAY,                                                                       \
         .required = (needed),                                                                     \
         .min = 1,                                                                                 \
         .max = 100,                                                                               \
         .of = &api_household_fields,                                                              \
         .about = "Each is placed whole or not at all."},                                          \
        {.name = "gender",                                                                         \
         .type = HTTP_ENUM,                                                                        \
         .nullable = true,                                                                         \
         .words = api_gender_words,                                                                \
         .about = "As the adults say of themselves, if they wish to."},                            \
        {.name = "may_split",                                                                      \
         .type = HTTP_BOOLEAN,                                                                     \
         .nullable = true,                                                                         \
         .about =                                                                                  \
             "True for a group whose households may sleep at different places; a family never."},  \
        {.name = "service_animals", .type = HTTP_INTEGER, .nullable = true, .max = 20},            \
        {.name = "pets", .type = HTTP_INTEGER, .nullable = true, .max = 20},                       \
        {.name = "accessible", .type = HTTP_BOOLEAN, .nullable = true},                            \
        {.name = "languages",                                                                      \
         .type = HTTP_ARRAY,                                                                       \
         .nullable = true,                                                                         \
         .max = 16,                                                                                \
         .of = &language_fields,                                                                   \
         .about = "BCP 47 tags of the languages that they speak."},                                \
        {.name = "id_documents",                                                                   \
         .type = HTTP_ARRAY,                                                                       \
         .nullable = true,                                                                         \
         .max = 5,                                                                                 \
         .of = &document_fields,                                                                   \
         .about = "What can be shown at a desk; empty for none."},                                 \
        {.name = "has_card",                                                                       \
         .type = HTTP_BOOLEAN,                                                                     \
         .nullable = true,                                                                         \
         .about = "An adult can show a card of their own."},                                       \
        {.name = "account_watched",                                                                \
         .type = HTTP_BOOLEAN,                                                                     \
         .nullable = true,                                                                         \
         .about = "My account or phone may be watched: no hold on their card."},                   \
        {.name = "avoid_background_check", .type = HTTP_BOOLEAN, .nullable = true},                \
        {.name = "wishes",                                                                         \
         .type = HTTP_ARRAY,                                                                       \
         .nullable = true,                                                                         \
         .max = 10,                                                                                \
         .of = &wish_fields,                                                                       \
         .about = "What would feel safe to them, only if they wish to say."},                      \
        {.name = "avoid_places",                                                                   \
         .type = HTTP_ARRAY,                                                                       \
         .nullable = true,                                                                         \
         .secret = true,                                                                           \
         .max = INTAKE_ZONES_MAX,                                                                  \
         .of = &avoided_fields,                                                                    \
         .about = "Where they must not be; sealed, and shown to their author's role only."},       \
        {.name = "min_distance_m", .type = HTTP_INTEGER, .nullable = true, .max = 500000},         \
        {.name = "max_distance_m",                                                                 \
         .type = HTTP_INTEGER,                                                                     \
         .nullable = true,                                                                         \
         .min = 1,                                                                                 \
         .max = 500000},                                                                           \
        {.name = "channel", .type = HTTP_ENUM, .nullable = true, .words = api_channel_words},      \
        {.name = "asked_by", .type = HTTP_ENUM, .nullable = true, .words = api_asked_by_words},    \
        {.name = "asking_provider",                                                                \
         .type = HTTP_PUBLIC_ID,                                                                   \
         .nullable = true,                                                                         \
         .about = "The provider that asks for its client."},                                       \
        {.name = "shares_back",                                                                    \
         .type = HTTP_ENUM,                                                                        \
         .nullable = true,                                                                         \
         .words = api_shares_back_words,                                                           \
         .about =                                                                                  \
             "What the guest lets whoever asks learn: nothing, that they are placed, or where."},  \
        {.name = "safe_contact",                                                                   \
         .type = HTTP_TEXT,                                                                        \
         .nullable = true,                                                                         \
         .secret = true,                                                                           \
         .min = 1,                                                                                 \
         .max = 200,                                                                               \
         .about = "Sealed; how they may be reached without danger."},                              \
        {.name = "safe_contact_mode",                                                              \
         .type = HTTP_ENUM,                                                                        \
         .nullable = true,                                                                         \
         .words = api_contact_mode_words},                                                         \
        {.name = "case_reference",                                                                 \
         .type = HTTP_TEXT,                                                                        \
         .nullable = true,                                                                         \
         .secret = true,                                                                           \
         .min = 1,                                                                                 \
         .max = 100,                                                                               \
         .about = "The hotline's own case: sealed, and recognized by its fingerprint at a repeat " \
                  "contact."},                                                                     \
        {.name = "child_involved",                                                                 \
         .type = HTTP_BOOLEAN,                                                                     \
         .required = (needed),                                                                     \
         .about =                                                                                  \
             "Is a child involved in the situation? Decides the report, never the placement."},    \
        {.name = "immediate_violence",                                                             \
         .type = HTTP_BOOLEAN,                                                                     \
         .required = (needed),                                                                     \
         .about = "Is there a threat of immediate violence? Decides the report only."},            \
        {.name = "consents_to_report",                                                             \
         .type = HTTP_BOOLEAN,                                                                     \
         .required = (needed),                                                                     \
         .about = "Does the adult consent to a report? Decides the report only."},                 \
    {                                                                                              \
        .name = "open_anyway", .type = HTTP_BOOLEAN, .nullable = true,                             \
        .about = "Open it although a request of the same case is open."                            \
    }

static const struct http_field request_rows[] = {REQUEST_ROWS(true)};
FIELDS(api_request_fields, "ShelterRequest", request_rows);

static const struct http_field part_rows[] = {REQUEST_ROWS(false)};
FIELDS(api_request_part_fields, "ShelterRequestPart", part_rows);
