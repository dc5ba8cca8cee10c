/*
 * The plugin ABI, version 1: everything that a loyalty program's plugin and its host owe each
 * other. A plugin is a translator, never an actor: it says what a program's rules make of a
 * question, which request to send to its gateway, and what an answer means. It opens no socket,
 * reads no clock, file, environment or database, starts no thread and keeps no variable between
 * calls. This is the only header of ours that a plugin includes (with those of plugins/kit), and
 * it needs nothing but the C library's types. How to write one: plugins/README.md.
 *
 * THE CONTRACT
 *
 *  1. The file. A plugin is an ELF shared object that exports one const data symbol,
 *     NB_PLUGIN_SYMBOL, of type struct nb_plugin. It has no constructors to rely on: the descriptor
 *     is read from the file, and judged, before anything of it runs. It is enabled by path and
 *     SHA-256, and only a plugin host (a process without network, files or credentials) loads it.
 *
 *  2. Memory comes from call->arena (nb_call_alloc). What a slot returns is valid until the next
 *     call of any slot; static const data may be returned as well. When the arena says NULL, the
 *     slot returns NB_NO_MEMORY and the host treats the call as refused, nothing worse.
 *
 *  3. Everything that a slot may know stands in its arguments: now, today, zone, dated rules,
 *     settings, lots, counters. The same arguments give the same bytes, always, on every machine.
 *
 *  4. Every output struct arrives zeroed. Every input is read-only and may be shared by a batch.
 *     Fields named "reserved" are zero.
 *
 *  5. State. The state of the step machine is flat: no pointers, at most NB_STATE_BYTES_MAX, zeroed
 *     at BEGIN. The host persists (state, effect), sealed, BEFORE it performs the effect. After a
 *     restart, a request that may have left comes back as FAILED with sent = NB_SENT_MAYBE.
 *
 *  6. Upgrades. A stored state of another state_version goes through migrate_state. Without that
 *     slot, or when it refuses, the operation is handed to a person; nothing is repeated.
 *
 *  7. Belief. A DONE with NB_OUTCOME_CONFIRMED is a claim, not a fact. The host believes it only
 *     after a 2xx RESPONSE to this very commit (or to a read of it) in which property, dates, rooms
 *     and reference are those that were asked, and when (account, confirmation) is new. Otherwise
 *     the outcome is NB_OUTCOME_UNKNOWN.
 *
 *  8. No answer is not a refusal: whatever may have been sent and was not answered is UNKNOWN.
 *     There is one write at most in the life of an operation, and it carries the reference.
 *
 *  9. Secrets are placeholders, {{like.this}}, in bodies, paths and script lines; the plugin never
 *     sees a value. The host checks them against the allow-list of the operation, replaces and
 *     escapes them by the declared body type while it sends, and stores the unreplaced form.
 *     Paths only ("/v1/..."), never an absolute URL; no CR or LF anywhere but in bodies.
 *     Authorization and X-Correlation-Id are the host's. What a gateway answers is kept sealed with
 *     the guest's key, so that nothing of it has to be declared secret.
 *
 * 10. An unknown enum value, event or operation is answered NB_REFUSED, never guessed at.
 *
 * 11. The ceilings below bound every call. A call that passes its deadline is killed with its host.
 *     A batch that crashed is asked again row by row, and a row that crashes is "unavailable"; the
 *     others stand.
 *
 * VERSION POLICY. The major number moves when a struct's existing field, a slot's signature or the
 * meaning of a value changes: a plugin of another major is refused. The minor number moves when an
 * enum value, or a field or a slot at the end of a struct, is added: a plugin of a lower or the
 * same minor loads, one of a higher minor is refused, because it may rely on what this host lacks.
 *
 * CHANGES
 *  1.0  2026-11-24  first version.
 *  1.1  2026-11-25  the answer to a request of XML is parsed as XML: NB_NODE_ELEMENT.
 */
#ifndef NB_PLUGIN_H
#define NB_PLUGIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NB_PLUGIN_SYMBOL "nb_plugin"
#define NB_PLUGIN_MAGIC UINT64_C(0x314e4947554c504e) /* "NPLUGIN1", little endian */
#define NB_ABI_MAJOR 1u
#define NB_ABI_MINOR 1u
#define NB_PLUGIN_EXPORT __attribute__((visibility("default")))

/* Ceilings. The host enforces them; conformance tries them. */
#define NB_STATE_BYTES_MAX 4096u       /* of one operation's state */
#define NB_SETTINGS_BYTES_MAX 4096u    /* of the parsed options */
#define NB_BODY_BYTES_MAX 65536u       /* of a request body before placeholders are replaced */
#define NB_PATH_BYTES_MAX 1024u        /* of a request path */
#define NB_TEXT_BYTES_MAX 4096u        /* of any other text */
#define NB_STEPS_MAX 32u               /* of events in one operation */
#define NB_BATCH_MAX 512u              /* of asks in one call */
#define NB_NIGHTS_MAX 400u             /* of nights in one ask */
#define NB_RULES_MAX 256u              /* of dated rules in one call */
#define NB_ROWS_MAX 64u                /* of headers, script lines, fields, lots, cash rows */
#define NB_CHILDREN_MAX 16u            /* of children in one party */
#define NB_REFUSALS_MAX 12u            /* of reasons in one answer */
#define NB_DEADLINE_MS_MAX 120000u     /* of one request */
#define NB_WAIT_MS_MAX 3600000u        /* of one wait */
#define NB_CALL_ARENA_BYTES (1u << 20) /* of memory in one call; a batch gets four times that */
#define NB_TREE_DEPTH_MAX 32u          /* of a parsed answer */
#define NB_TREE_NODES_MAX 20000u       /* of a parsed answer */
#define NB_TREE_BYTES_MAX (1u << 20)   /* of an answer's body */

/* Days are calendar dates: days since 2000-01-01. Instants are microseconds since 1970, UTC. */
#define NB_DAY_NEVER INT32_MAX /* of an expiry: there is none */
#define NB_DAY_NONE INT32_MIN  /* of something that has not happened or is not known */
#define NB_INSTANT_NONE INT64_MIN

#define NB_CODE_TEXT 16 /* property, brand, with the NUL */
#define NB_CURRENCY_TEXT 4

enum nb_status {
    NB_STATUS_NONE = 0, /* never returned */
    NB_OK,
    NB_REFUSED,   /* the arguments make no sense to this plugin; nothing was written that counts */
    NB_NO_MEMORY, /* the arena is used up */
};

enum nb_product { NB_PRODUCT_NONE = 0, NB_PRODUCT_STAY, NB_PRODUCT_TRAVEL };

/* What the program can do at all; an account may be able to do less. Bits. */
enum nb_capability {
    NB_CAN_QUOTE = 1 << 0,
    NB_CAN_HOLD = 1 << 1,
    NB_CAN_COMMIT = 1 << 2,
    NB_CAN_CANCEL = 1 << 3,
    NB_CAN_READ = 1 << 4,
    NB_CAN_BALANCE = 1 << 5,
    NB_CAN_ACTIVITY = 1 << 6,
    NB_CAN_CONVERT = 1 << 7,       /* points to money */
    NB_CAN_ASSIST = 1 << 8,        /* a person can do it with the script */
    NB_DEEP_LINK_ALLOWED = 1 << 9, /* its site may be linked to below the first page */
};
#define NB_CAPABILITIES ((1u << 10) - 1) /* every bit there is */

enum nb_operation_kind {
    NB_OPERATION_NONE = 0,
    NB_OPERATION_QUOTE,    /* a price; changes nothing */
    NB_OPERATION_HOLD,     /* a write: the program keeps the room for a while */
    NB_OPERATION_COMMIT,   /* a write: books, and takes the points */
    NB_OPERATION_CANCEL,   /* a write */
    NB_OPERATION_READ,     /* what became of our reference */
    NB_OPERATION_BALANCE,  /* points on the account */
    NB_OPERATION_ACTIVITY, /* lines of the account on days in [check_in, check_out) */
    NB_OPERATION_COUNT
};

/* One vocabulary for all programs; what the core does with each stands in the comment. */
enum nb_outcome {
    NB_OUTCOME_NONE = 0,
    NB_OUTCOME_CONFIRMED,           /* commit, read: it exists (believed only under contract 7) */
    NB_OUTCOME_CANCELLED,           /* cancel, read: it is gone, points as stated */
    NB_OUTCOME_QUOTED,              /* quote: facts hold the price */
    NB_OUTCOME_HELD,                /* hold: facts.expires_at */
    NB_OUTCOME_ANSWERED,            /* balance, activity: facts hold the answer */
    NB_OUTCOME_PENDING,             /* accepted, not decided: read again */
    NB_OUTCOME_SOLD_OUT,            /* next candidate under the same reservation */
    NB_OUTCOME_PRICE_CHANGED,       /* within tolerance accept, else ask again */
    NB_OUTCOME_POLICY_CHANGED,      /* the same */
    NB_OUTCOME_RESTRICTED,          /* next candidate, reason kept */
    NB_OUTCOME_INSUFFICIENT_POINTS, /* alarm: our ledger disagrees */
    NB_OUTCOME_REDEMPTION_REFUSED,  /* next program */
    NB_OUTCOME_MEMBER_INVALID,      /* disable the account, tell an administrator */
    NB_OUTCOME_HOTEL_INVALID,       /* disable the property, tell an administrator */
    NB_OUTCOME_NEEDS_CARD,          /* property waiver or next candidate */
    NB_OUTCOME_ALREADY_CANCELLED,   /* a success */
    NB_OUTCOME_NOT_FOUND,           /* one negative read */
    NB_OUTCOME_CANCEL_REFUSED,      /* a finance event, tell staff */
    NB_OUTCOME_DUPLICATE,           /* read; adopt only what matches */
    NB_OUTCOME_UNAUTHORISED,        /* open the circuit, tell an administrator */
    NB_OUTCOME_RETRY_LATER,         /* back off, honor facts.retry_after_ms */
    NB_OUTCOME_UNKNOWN,             /* read by our reference until known; never a blind repeat */
    NB_OUTCOME_COUNT
};

/* Memory --------------------------------------------------------------------------------------- */

/* The host's arena: zeroed memory, aligned for any type; NULL at the call's ceiling. */
struct nb_call_arena {
    void *(*alloc)(void *handle, size_t bytes);
    void *handle;
};

/* Dated rules ---------------------------------------------------------------------------------- */

/* One row of program_rule: the value holds on days in [from, to). Of a key, the last row wins. */
struct nb_rule {
    const char *key;
    const char *value;
    int32_t from;
    int32_t to; /* NB_DAY_NEVER when open */
};

/* A rule the plugin asks for, with what is known of it today: the host makes rows of these. */
struct nb_rule_default {
    const char *key;
    const char *value;
    const char *source;      /* where it comes from, for people */
    const char *verified_on; /* YYYY-MM-DD; empty = unverified, and screens say so */
    const char *help;        /* one sentence: what it means and its unit */
};

enum nb_option_kind { NB_OPTION_NONE = 0, NB_OPTION_TEXT, NB_OPTION_INTEGER, NB_OPTION_SWITCH };

/* One setting an administrator may give. The host parses it and hands the settings block over
 * ready: TEXT is char[bytes] at offset, INTEGER is int64_t, SWITCH is bool. */
struct nb_option {
    const char *name;
    enum nb_option_kind kind;
    uint32_t offset;
    uint32_t bytes; /* of a TEXT, with the NUL */
    int64_t lowest; /* of an INTEGER */
    int64_t highest;
    const char *initial; /* as text; never NULL */
    const char *help;    /* never empty */
};

/* What every slot is told. */
struct nb_call {
    uint32_t size; /* of this struct, as the host knows it */
    int32_t today; /* the business date that rules are looked up for */
    int64_t now_us;
    uint32_t rule_count;
    uint32_t settings_bytes;
    const char *zone; /* IANA zone of the property; NULL when there is none */
    const struct nb_rule *rules;
    const void *settings; /* the plugin's own struct, parsed by the option table */
    struct nb_call_arena arena;
};

static inline void *nb_call_alloc(const struct nb_call *call, size_t bytes)
{
    return call->arena.alloc(call->arena.handle, bytes);
}

/* Pure rules: price ---------------------------------------------------------------------------- */

enum nb_price_flag {
    NB_PRICE_POINTS_AND_CASH = 1 << 0, /* part of it is paid in money */
    NB_PRICE_MEMBER_CARD = 1 << 1,     /* the account holds the program's credit card */
};

/* Why a price is not possible. */
enum nb_price_reason {
    NB_PRICE_REASON_NONE = 0, /* it is possible */
    NB_PRICE_NOT_PUBLISHED,   /* a night has no posted points and no known tier */
    NB_PRICE_TIER_UNKNOWN,    /* a tier that the program does not have */
    NB_PRICE_TOO_MANY_ROOMS,  /* more than one booking takes: split into several */
    NB_PRICE_BAD_INPUT,       /* no nights, no rooms, negative points */
    NB_PRICE_OVERFLOW,        /* larger than points can be */
    NB_PRICE_MIXED_NOT_SOLD,  /* points and cash are not sold together here */
    NB_PRICE_UNAVAILABLE,     /* set by the host: the plugin failed on this one */
    NB_PRICE_REASON_COUNT
};

/* One candidate. Fixed part first, so that a batch costs one copy each. */
struct nb_price_ask {
    int32_t check_in;
    uint16_t night_count; /* 1 .. NB_NIGHTS_MAX */
    uint16_t rooms;
    uint16_t bedrooms; /* per room; 1 for a plain room */
    uint16_t adults;
    uint16_t children;
    uint16_t flags;      /* enum nb_price_flag bits */
    int64_t stay_points; /* posted for one room's stay, free nights already off; 0 = not posted */
    int64_t night_tier;  /* points tier of every night when nights are not given; 0 = not known */
    uint32_t extra_count;
    uint32_t reserved;
    const int64_t *night_points;  /* night_count posted points of one unit; NULL = none posted */
    const struct nb_cash *extras; /* that the directory knows of this property, per room-night */
};

enum nb_cash_kind {
    NB_CASH_NONE = 0,
    NB_CASH_TAX,
    NB_CASH_RESORT_FEE,
    NB_CASH_DEPOSIT,
    NB_CASH_CO_PAY,
    NB_CASH_PENALTY,
    NB_CASH_OTHER,
    NB_CASH_COUNT
};

struct nb_cash {
    int64_t minor; /* minor units; of the whole stay in answers, of a room-night in price asks */
    uint32_t kind; /* enum nb_cash_kind */
    char currency[NB_CURRENCY_TEXT];
};

struct nb_price {
    int64_t total_points;
    uint32_t reason;      /* enum nb_price_reason; when not NONE the rest is zero */
    uint32_t free_nights; /* of the whole stay, all rooms */
    uint32_t night_count; /* rows of night_points: all rooms of one night together */
    uint32_t extra_count;
    const int64_t *night_points; /* sums to total_points */
    const struct nb_cash *extras;
};

/* Pure rules: eligibility ---------------------------------------------------------------------- */

/* How it would be booked: by machine, or by a person with the script. */
enum nb_channel { NB_CHANNEL_NONE = 0, NB_CHANNEL_GATEWAY, NB_CHANNEL_ASSISTED };
/* Whose account pays: the organization's own, or a member's who keeps it for the organization. */
enum nb_account_kind { NB_ACCOUNT_NONE = 0, NB_ACCOUNT_CHARITY, NB_ACCOUNT_CUSTODIAN };

enum nb_party_flag {
    NB_PARTY_HAS_ID = 1 << 0,      /* some identity document */
    NB_PARTY_HAS_CARD = 1 << 1,    /* a card of their own that may be shown at a desk */
    NB_PARTY_WATCHED = 1 << 2,     /* a charge or hold on their own account must not appear */
    NB_PARTY_CARD_WAIVED = 1 << 3, /* the property agreed in writing to take no card */
    NB_PARTY_ID_WAIVED = 1 << 4,   /* the property agreed in writing to take no ID */
    NB_PARTY_IS_MEMBER = 1 << 5,   /* the guest is the account's holder */
};

enum nb_refusal_code {
    NB_REFUSAL_NONE = 0,
    NB_REFUSAL_WINDOW,     /* too far ahead */
    NB_REFUSAL_PAST,       /* the first night is over */
    NB_REFUSAL_NIGHTS,     /* longer than one booking may be */
    NB_REFUSAL_ROOMS,      /* more rooms than one booking may have */
    NB_REFUSAL_GUESTS,     /* nobody, or more than the rooms take */
    NB_REFUSAL_AGE,        /* nobody of the least age at check-in */
    NB_REFUSAL_CARD,       /* the guest's own card is required */
    NB_REFUSAL_ID,         /* an identity document is required */
    NB_REFUSAL_COUNTER,    /* a yearly counter is used up */
    NB_REFUSAL_PHONE_ONLY, /* not by machine: by a person on an approved line */
    NB_REFUSAL_PROPERTY,   /* not a property of this program */
    NB_REFUSAL_ACCOUNT,    /* not with this kind of account */
    NB_REFUSAL_COUNT
};

#define NB_COUNTER_TEXT 32

struct nb_eligible_ask {
    int32_t check_in;
    uint16_t night_count;
    uint16_t rooms;
    uint16_t adults;
    uint16_t child_count;
    uint16_t party;          /* enum nb_party_flag bits */
    uint16_t channel;        /* enum nb_channel, never NONE */
    uint16_t account_kind;   /* enum nb_account_kind, never NONE */
    uint16_t youngest_adult; /* age; 0 = not known */
    uint32_t counter_used;   /* of the plugin's yearly counter in the check-in's calendar year */
    uint8_t child_ages[NB_CHILDREN_MAX];
    char property_code[NB_CODE_TEXT];
    char brand[NB_CODE_TEXT];
};

struct nb_refusal {
    uint32_t code; /* enum nb_refusal_code */
    uint32_t reserved;
    const char *text; /* one sentence for staff; no guest data */
};

/* Eligible when refusal_count is 0. The counter is taken in the hold's own transaction. */
struct nb_eligible {
    uint32_t refusal_count;
    uint32_t counter_amount; /* how much of the counter this booking takes; 0 = none */
    char counter[NB_COUNTER_TEXT];
    const struct nb_refusal *refusals;
};

/* Pure rules: expiry and refunds --------------------------------------------------------------- */

enum nb_activity_kind {
    NB_ACTIVITY_NONE = 0,
    NB_ACTIVITY_EARN,
    NB_ACTIVITY_DONATION_IN,
    NB_ACTIVITY_TRANSFER_IN,
    NB_ACTIVITY_TRANSFER_OUT,
    NB_ACTIVITY_REDEEM,
    NB_ACTIVITY_REINSTATE,
    NB_ACTIVITY_EXPIRE,
    NB_ACTIVITY_ADJUST,
    NB_ACTIVITY_PURCHASE,
    NB_ACTIVITY_COUNT
};

struct nb_expiry_ask {
    int32_t acquired_on;  /* the lot's first day; a refund keeps the old one */
    int32_t known_expiry; /* what the program itself stated; NB_DAY_NONE = nothing */
    /* Counts as activity when nothing else happened; NB_DAY_NONE = not known. */
    int32_t account_opened;
    uint32_t account_flags;                   /* NB_EXPIRY_... */
    int32_t last_activity[NB_ACTIVITY_COUNT]; /* by enum nb_activity_kind; NB_DAY_NONE = never */
};
#define NB_EXPIRY_ELITE 1u /* the account has a level that its program exempts from idle expiry */

/* The first day on which the points are gone; NB_DAY_NEVER when there is none. */
struct nb_expiry {
    int32_t hard;      /* of the lot */
    int32_t idle;      /* of the account */
    int32_t effective; /* the earlier one */
    int32_t warn_on;   /* when somebody should look */
};

enum nb_refund_kind {
    NB_REFUND_NONE = 0,
    NB_REFUND_CANCEL,
    NB_REFUND_NO_SHOW,
    NB_REFUND_SHORTEN,    /* nights_used stay; the rest is given back */
    NB_REFUND_PRICE_DROP, /* new_points is the price now */
    NB_REFUND_COUNT
};

struct nb_refund_ask {
    uint32_t kind; /* enum nb_refund_kind */
    int32_t check_in;
    int64_t at_us;        /* when it is done */
    int64_t cancel_by_us; /* NB_INSTANT_NONE = not known: counts as passed */
    int64_t points;       /* what was paid */
    int64_t new_points;   /* of PRICE_DROP */
    uint32_t nights_used;
    uint32_t night_count; /* rows of night_points */
    const int64_t *night_points;
};

struct nb_refund {
    /* Back go to the lots they came from, with their old expiry. Back and lost are all points that
     * were paid; only of a PRICE_DROP the rest stays spent. */
    int64_t points_back;
    int64_t points_lost;
    int32_t returns_on;    /* the day they are expected; NB_DAY_NEVER when none come back */
    uint32_t counter_back; /* 1 when the yearly counter is given back */
    uint32_t needs_action; /* 1 when nothing comes back by itself: a person has to ask */
    uint32_t cash_count;
    const struct nb_cash *cash; /* what is charged */
    const char *text;           /* one sentence for staff */
};

/* Pure rules: validation ----------------------------------------------------------------------- */

enum nb_validate_kind {
    NB_VALIDATE_NONE = 0,
    NB_VALIDATE_PROPERTY,
    NB_VALIDATE_BRAND,
    NB_VALIDATE_MEMBER,
    NB_VALIDATE_CONFIRMATION,
    NB_VALIDATE_COUNT
};

struct nb_validate_ask {
    uint32_t kind;
    uint32_t reserved;
    const char *text;
};

/* A warning never blocks: most formats are not public. */
struct nb_validation {
    uint32_t looks_right; /* 1 or 0 */
    uint32_t reserved;
    const char *warning; /* NULL when it looks right */
};

/* Pure rules: the script of assisted mode ------------------------------------------------------ */

enum nb_script_line_kind {
    NB_SCRIPT_NONE = 0,
    NB_SCRIPT_DO,    /* an action */
    NB_SCRIPT_SAY,   /* words to say */
    NB_SCRIPT_NEVER, /* what must not be said or done */
    NB_SCRIPT_CHECK, /* to be read back and compared */
    NB_SCRIPT_COUNT
};

struct nb_script_line {
    uint32_t kind;
    uint32_t reserved;
    const char *text; /* may hold placeholders; shown replaced only to who may see them */
};

enum nb_field_kind {
    NB_FIELD_NONE = 0,
    NB_FIELD_TEXT,
    NB_FIELD_POINTS,
    NB_FIELD_MONEY,
    NB_FIELD_INSTANT,
    NB_FIELD_SWITCH,
    NB_FIELD_COUNT
};

struct nb_script_field {
    uint32_t kind;
    uint32_t required; /* 1 or 0 */
    const char *name;  /* snake_case, stable: "confirmation", "points_total", "cancel_by", ... */
    const char *label;
};

struct nb_script_ask {
    uint32_t operation; /* enum nb_operation_kind: COMMIT, CANCEL, READ, BALANCE */
    uint32_t phone_only;
};

struct nb_script {
    uint32_t line_count;
    uint32_t field_count;
    const struct nb_script_line *lines;
    const struct nb_script_field *fields;
};

/* Pure rules: statements (optional) ------------------------------------------------------------ */

struct nb_statement_ask {
    uint32_t byte_count;
    uint32_t reserved;
    const char *bytes; /* the file as it was handed in */
};

struct nb_statement_line {
    int64_t points; /* signed */
    int32_t posted_on;
    int32_t check_in; /* NB_DAY_NONE when the line names no stay */
    int32_t check_out;
    uint32_t kind;             /* enum nb_activity_kind */
    const char *property_code; /* NULL when the line names none */
    const char *description;
};

struct nb_statement {
    uint32_t line_count;
    uint32_t skipped; /* rows that were not understood */
    const struct nb_statement_line *lines;
};

/* Data ----------------------------------------------------------------------------------------- */

/* In which order the program itself takes points; the first that tells two lots apart decides. */
enum nb_spend_order {
    NB_SPEND_NONE = 0,
    NB_SPEND_EARLIEST_EXPIRY,
    NB_SPEND_OLDEST_FIRST,
    NB_SPEND_NEWEST_FIRST,
    NB_SPEND_COUNT
};

enum nb_give_kind {
    NB_GIVE_NONE = 0,
    NB_GIVE_MEMBER_TRANSFER, /* points to points */
    NB_GIVE_DONATION,        /* to the charity's account */
    NB_GIVE_CONVERSION,      /* points become money: finance, not a lot */
    NB_GIVE_COUNT
};

/* How a member gives, for the partner's page. Amounts in points, 0 = no such limit or not known. */
struct nb_give {
    uint32_t kind;
    uint32_t reserved;
    int64_t minimum;
    int64_t step;
    int64_t yearly_out;
    int64_t yearly_in;
    const char *text; /* plain words: what to do, what it costs, what cannot be undone */
    const char *source;
    const char *verified_on; /* YYYY-MM-DD or empty = unverified */
};

/* The parsed answer of a gateway --------------------------------------------------------------- */

enum nb_node_kind {
    NB_NODE_NONE = 0,
    NB_NODE_OBJECT, /* children have names */
    NB_NODE_ARRAY,  /* children have none */
    NB_NODE_TEXT,
    NB_NODE_INTEGER, /* value is decimal digits, and `integer` holds it */
    NB_NODE_NUMBER,  /* not an integer: value as text only */
    NB_NODE_BOOL,    /* integer is 1 or 0 */
    NB_NODE_NULL,
    NB_NODE_ELEMENT, /* of XML, by its local name. Children are "@xmlns" (TEXT) where the namespace
                        is not the parent's, its other attributes ("@name", TEXT), its elements */
    NB_NODE_COUNT
};

struct nb_node {
    uint32_t kind;
    uint32_t child_count;
    int64_t integer;
    const char *name;  /* NULL for array items and the root of JSON */
    const char *value; /* text of TEXT, INTEGER, NUMBER and ELEMENT; else NULL */
    const struct nb_node *children;
};

/* The step machine ----------------------------------------------------------------------------- */

/* What is wanted; the same in every event of one operation. The reference is the booking attempt's,
 * 128 random bits as text, and the idempotency key of every write. */
struct nb_operation {
    uint32_t kind; /* enum nb_operation_kind */
    int32_t check_in;
    int32_t check_out; /* or the activity's [check_in, check_out) */
    uint16_t rooms;
    uint16_t adults;
    uint16_t child_count;
    uint16_t reserved;
    /* What was promised to the ledger, and what was approved above it: a commit takes no more. */
    uint32_t accept_higher;
    int64_t points_total;
    uint8_t child_ages[NB_CHILDREN_MAX];
    const char *reference;
    const char *property_code;
    const char *quote_id;       /* NULL = the machine quotes first */
    const char *policy_version; /* that the choice was made on; NULL = any */
    const char *confirmation;   /* of a cancel or read, when known */
};

enum nb_event_kind {
    NB_EVENT_NONE = 0,
    NB_EVENT_BEGIN,    /* the operation starts; the state is zeroed */
    NB_EVENT_RESPONSE, /* an answer came, of any HTTP status */
    NB_EVENT_FAILED,   /* none came: `failure` says why, `sent` whether the request may have left */
    NB_EVENT_WOKE,     /* the WAIT is over */
    NB_EVENT_CANCEL,   /* the house no longer wants it; `sent` is of the last request */
    NB_EVENT_COUNT
};

/* Whether a request left the house. After MAYBE and YES an unanswered write is UNKNOWN. */
enum nb_sent { NB_SENT_NONE = 0, NB_SENT_NO, NB_SENT_MAYBE, NB_SENT_YES };

enum nb_failure {
    NB_FAILURE_NONE = 0,
    NB_FAILURE_CONNECT,  /* no connection, no name, no TLS */
    NB_FAILURE_TIMEOUT,  /* no whole answer in time */
    NB_FAILURE_BROKEN,   /* the connection died */
    NB_FAILURE_BAD_BODY, /* the answer could not be parsed, or passed a ceiling */
    NB_FAILURE_RESTART,  /* this house was restarted */
    NB_FAILURE_REFUSED,  /* this house did not send: breaker, rate limit, lease, placeholder */
    NB_FAILURE_COUNT
};

struct nb_response {
    uint32_t status;            /* HTTP */
    uint32_t retry_after_ms;    /* 0 = none given */
    const struct nb_node *body; /* NULL when there was none. It is XML when the request's body was,
                                   else JSON; another format is FAILED */
};

struct nb_event {
    uint32_t kind;
    uint32_t failure;                     /* of FAILED */
    uint32_t sent;                        /* of FAILED and CANCEL: enum nb_sent */
    uint32_t steps;                       /* events seen before this one */
    const struct nb_operation *operation; /* never NULL */
    const struct nb_response *response;   /* of RESPONSE */
};

enum nb_effect_kind {
    NB_EFFECT_NONE = 0,
    NB_EFFECT_REQUEST, /* is sent once; RESPONSE or FAILED follows */
    NB_EFFECT_WAIT,    /* WOKE follows, wait_ms later */
    NB_EFFECT_DONE,    /* ends with an outcome and the facts that the other side stated */
    NB_EFFECT_FAIL,    /* ends without one; never once a write may have left */
    NB_EFFECT_COUNT
};

enum nb_method {
    NB_METHOD_NONE = 0,
    NB_METHOD_GET,
    NB_METHOD_POST,
    NB_METHOD_PUT,
    NB_METHOD_DELETE,
    NB_METHOD_COUNT
};
enum nb_body_type { NB_BODY_NONE = 0, NB_BODY_JSON, NB_BODY_XML, NB_BODY_FORM, NB_BODY_COUNT };

/* From this list only: Accept, Accept-Language, Idempotency-Key, If-Match, SOAPAction. */
struct nb_header {
    const char *name;
    const char *value;
};

struct nb_request {
    uint32_t method;
    uint32_t body_type;
    uint32_t safe_to_repeat; /* 1: sending it twice has one effect at most */
    uint32_t deadline_ms;    /* 1 .. NB_DEADLINE_MS_MAX */
    uint32_t header_count;
    uint32_t is_write; /* 1: an answer lost leaves the world unknown */
    const char *path;  /* begins with "/"; may hold placeholders (percent-encoded at sending) */
    const char *body;  /* text with placeholders; NULL when body_type is NONE */
    const struct nb_header *headers;
};

/* One line of an account's activity. */
struct nb_fact_line {
    int64_t points;
    int32_t posted_on;
    int32_t check_in;
    int32_t check_out;
    uint32_t kind; /* enum nb_activity_kind */
    const char *description;
    const char *property_code;
};

/* What the other side stated; absent texts are NULL, days NB_DAY_NONE, instants NB_INSTANT_NONE,
 * points -1. */
struct nb_facts {
    int32_t check_in;
    int32_t check_out;
    uint32_t rooms;
    uint32_t night_count;
    uint32_t cash_count;
    uint32_t line_count;
    uint32_t retry_after_ms;
    uint32_t http_status;    /* of the answer this rests on */
    int64_t points;          /* total of a quote or booking; balance */
    int64_t points_returned; /* of a cancel */
    int64_t cancel_by_us;
    int64_t expires_at_us; /* of a quote or hold */
    int64_t returns_at_us; /* when cancelled points come back */
    const char *confirmation;
    const char *reference;
    const char *property_code;
    const char *quote_id;
    const char *policy_version;
    const int64_t *night_points;
    const struct nb_cash *cash;
    const struct nb_fact_line *lines;
};

enum nb_fail_kind {
    NB_FAIL_NONE = 0,
    NB_FAIL_UNSUPPORTED, /* this program cannot do that */
    NB_FAIL_BAD_ASK,     /* what was asked makes no sense */
    NB_FAIL_NOT_SENT,    /* nothing left the house: the caller may try again */
    NB_FAIL_ABANDONED,   /* cancelled before anything was sent */
    NB_FAIL_PROTOCOL,    /* a read that makes no sense; nothing was changed by it */
    NB_FAIL_COUNT
};

struct nb_effect {
    uint32_t kind;
    uint32_t wait_ms;   /* of WAIT, 1 .. NB_WAIT_MS_MAX */
    uint32_t outcome;   /* of DONE: enum nb_outcome */
    uint32_t fail_kind; /* of FAIL */
    const char *text;   /* of DONE and FAIL: one sentence for staff, no guest data, may be NULL */
    struct nb_request request;
    struct nb_facts facts;
};

/* Placeholders --------------------------------------------------------------------------------- */

/* Which operation may use which, and where, is the host's table; plugins/README.md shows it. */
enum nb_placeholder {
    NB_PLACEHOLDER_NONE = 0,
    NB_PLACEHOLDER_GUEST_GIVEN_NAME,     /* {{guest.given_name}} */
    NB_PLACEHOLDER_GUEST_SURNAME,        /* {{guest.surname}} */
    NB_PLACEHOLDER_ACCOUNT_MEMBER,       /* {{account.member}} */
    NB_PLACEHOLDER_ACCOUNT_HOLDER,       /* {{account.holder}} */
    NB_PLACEHOLDER_CREDENTIAL_USER,      /* {{credential.user}} */
    NB_PLACEHOLDER_CREDENTIAL_PASSWORD,  /* {{credential.password}} */
    NB_PLACEHOLDER_PHONE_APPROVED,       /* {{phone.approved}}: scripts only */
    NB_PLACEHOLDER_PROPERTY_NAME,        /* {{property.name}}: scripts only */
    NB_PLACEHOLDER_PROPERTY_CODE,        /* {{property.code}}: scripts only */
    NB_PLACEHOLDER_STAY_CHECK_IN,        /* {{stay.check_in}}: scripts only */
    NB_PLACEHOLDER_STAY_CHECK_OUT,       /* {{stay.check_out}}: scripts only */
    NB_PLACEHOLDER_STAY_ROOMS,           /* {{stay.rooms}}: scripts only */
    NB_PLACEHOLDER_STAY_POINTS,          /* {{stay.points}}: scripts only */
    NB_PLACEHOLDER_BOOKING_CONFIRMATION, /* {{booking.confirmation}} */
    NB_PLACEHOLDER_COUNT
};

/* The descriptor ------------------------------------------------------------------------------- */

#define NB_PLUGIN_NAME_TEXT 32
#define NB_PLUGIN_VERSION_TEXT 16
#define NB_PLUGIN_TITLE_TEXT 64

/* What a plugin exports. On any status but NB_OK a slot's answers are not looked at, and the ask
 * counts as refused. A plugin for travel leaves the four slots of a stay NULL. */
struct nb_plugin {
    /* Read from the file without loading it: fixed-width, before every pointer. */
    uint64_t magic;
    uint32_t abi_major;
    uint32_t abi_minor;
    uint32_t size; /* sizeof(struct nb_plugin) */
    uint32_t product;
    uint32_t capabilities;
    uint32_t settings_bytes;
    uint32_t state_bytes;
    uint32_t state_version;
    uint32_t option_count;
    uint32_t rule_count;
    uint32_t spend_order_count;
    uint32_t give_count;
    uint32_t reserved[2];
    char name[NB_PLUGIN_NAME_TEXT];       /* [a-z][a-z0-9_]* */
    char version[NB_PLUGIN_VERSION_TEXT]; /* of the plugin, digits and dots */
    char title[NB_PLUGIN_TITLE_TEXT];     /* for people */

    const struct nb_option *options;
    const struct nb_rule_default *rules;
    const uint32_t *spend_order; /* enum nb_spend_order */
    const struct nb_give *gives;

    /* Required for a stay. Batches: `count` asks, `count` zeroed answers. A row that kills the host
     * or makes no sense is unavailable; the others stand. */

    /* Points of each night and their sum, free nights, fees; or why there is no price. */
    enum nb_status (*quote_price)(const struct nb_call *call, const struct nb_price_ask *asks,
                                  uint32_t count, struct nb_price *prices);
    /* Every reason against a stay, not only the first, and the yearly counter that it takes. */
    enum nb_status (*eligible)(const struct nb_call *call, const struct nb_eligible_ask *asks,
                               uint32_t count, struct nb_eligible *answers);
    /* When the points of a lot are gone, and when somebody should look. */
    enum nb_status (*expiry_of)(const struct nb_call *call, const struct nb_expiry_ask *asks,
                                uint32_t count, struct nb_expiry *answers);
    /* What giving a stay up, or a change of it, gives back and what it costs; one ask. */
    enum nb_status (*refund_effect)(const struct nb_call *call, const struct nb_refund_ask *ask,
                                    struct nb_refund *refund);

    /* Required. */

    /* Whether a code or a number looks right. It warns, and never blocks. */
    enum nb_status (*validate)(const struct nb_call *call, const struct nb_validate_ask *ask,
                               struct nb_validation *validation);
    /* What a person does and says to book by hand, and what they record. It never says why
     * somebody travels: no shelter, no hotline, no charity, no phone number, no link. */
    enum nb_status (*script)(const struct nb_call *call, const struct nb_script_ask *ask,
                             struct nb_script *script);
    /* One event of one operation becomes one effect. `state` is state_bytes long, the plugin's to
     * change; what is in it when the slot returns is kept with the effect. */
    enum nb_status (*step)(const struct nb_call *call, void *state, const struct nb_event *event,
                           struct nb_effect *effect);

    /* Optional: NULL when there is none. */

    /* The lines of a statement file. Rows that are not understood are counted, never guessed at. */
    enum nb_status (*parse_statement)(const struct nb_call *call,
                                      const struct nb_statement_ask *ask,
                                      struct nb_statement *statement);
    /* The state of another version as one of this version: `state` arrives zeroed. NB_REFUSED hands
     * the operation to a person. */
    enum nb_status (*migrate_state)(const struct nb_call *call, uint32_t from_version,
                                    const void *from, uint32_t from_bytes, void *state);
};

#endif
