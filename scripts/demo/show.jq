# How answers of the API read in the demo's account: each filter takes answers and gives lines. Nothing is said that the
# answer does not hold.

# --- words and numbers ---

def thousands: tostring | [while(length > 0; .[:-3]) | .[-3:]] | reverse | join(",");
def pad($width): . + " " * ([$width - length, 0] | max);
def pad_left($width): " " * ([$width - length, 0] | max) + .;
def plain_word: gsub("_"; " ");
def km: "\((. / 100 | round) / 10 | tostring | if test("\\.") then . else . + ".0" end) km";
def count($noun): if . == 1 then "1 \($noun)" else "\(thousands) \($noun)s" end;
def instant: sub("\\.[0-9]+"; "") | sub("\\+00:00$"; "Z") | fromdateiso8601;
def day: strptime("%Y-%m-%d") | mktime | strftime("%a %-d %b");
# Seconds as people say them.
def span: (. + 0.5 | floor) as $s
    | if $s < 60 then "\($s) s" elif $s < 3600 then "\($s / 60 | round) min" elif $s < 172800 then "\($s / 3600 | round) h"
      else "\($s / 86400 | round) days" end;
def money: "\(.minor / 100 | floor | thousands).\(.minor % 100 | tostring | if length < 2 then "0" + . else . end) \(.currency)";
def indented: " " * 10 + .;
# A label before the first line, room for it before the others.
def labeled($head): to_entries[] | (if .key == 0 then $head else "" end | pad(10)) + .value;
# Words joined into lines of at most that width.
def flow($width; $between): reduce .[] as $word ([];
    if length > 0 and (.[-1] | length) + ($between | length) + ($word | length) <= $width
    then .[-1] += $between + $word else . + [$word] end);
# A sentence cut into lines of at most that width, the later ones indented.
def flow_text($width): split(" ") | flow($width; " ") | to_entries | map(if .key == 0 then .value else " " * 7 + .value end);

# --- a request ---

def household: [(.adults | select(. > 0) | count("adult")),
                (.children_ages | select(length > 0) | "\(length | if . == 1 then "child" else "children" end) of \(map(tostring) | join(", "))")]
    | join(", ");
def party: [.households[] | household] | group_by(.) | sort_by(-length) | map(if length == 1 then .[0] else "\(length) x \(.[0])" end);
def asked:
    [([party[], "\(.nights | count("night")) from \(.check_in)", "near \(.place.label) (\(.place.country)-\(.place.region))"] | flow(84; " · ")[]),
     ([(.gender | select(. != "unsaid")), (.languages | select(length > 0) | "speaks " + join(", ")),
       (.wishes | select(length > 0) | "would feel safe: " + (map(plain_word) | join(", "))),
       (.service_animals | select(. > 0) | count("service animal")),
       (.id_documents | if length == 0 then "no ID" else map(plain_word) | join(", ") end),
       (if .has_card then "own card" else "no card" end), (select(.account_watched) | "account may be watched"),
       (select(.may_split) | "households may sleep apart"),
       "up to \(.max_distance_m | km)", "\(.urgency)"] | flow(84; " · ")[])]
    | labeled("asked");

def request_state: ["the request is \(.state)\(if (.open_tasks | length) > 0 then "; open tasks: " + (.open_tasks | map(plain_word) | join(", ")) else "" end)"]
    | labeled("after");

# --- a search ---

def price_words: .price
    | (if .points != null then "\(.points | thousands) points" + (if .leaves != null then ", leaves \(.leaves | thousands)" else "" end)
       elif .cash_minor != null then {minor: .cash_minor, currency} | money
       else "no cost" end),
      (select(.free_nights > 0) | "by night \(.night_points | map(thousands) | join(" ")): \(.free_nights) free");
def risk_words: .check_in_risk
    | "risk \(.level)" + (if (.reasons | length) > 0 then ": " + (.reasons | map(.reason | plain_word) | join(", ")) else "" end);
def fresh_words($now): .freshness
    | .word + (if .reported_at != null then ", \($now - (.reported_at | instant) | span) old" else "" end);
def place_words: .place + (if .units > 1 then " x \(.units)" else "" end);
def class_word: if .kind == "shelter" then "\(.class) shelter" elif .kind == "partner_hotel" then "partner hotel"
    else "points hotel, \(.program)" end;
def option_lines($now):
    (("\(.rank)  \(place_words)" | pad(52)) + (class_word | pad(23)) + (.distance_m | km | pad_left(8))),
    ([price_words, fresh_words($now), risk_words, (.cancel_by | select(. != null and .local != null) | if .passed then "no free cancellation now" else "cancel by \(.local)" end),
      (.flags[] | plain_word)]
     | flow(80; " · ")[] | "   " + .);
def refusal_line: "   \(.distance_m | km | pad_left(7))  \(.place | pad(46))\(.why_not | (map(.reason | plain_word)[:2] | join(", ")) + (if length > 2 then ", +\(length - 2)" else "" end))";
def found($options; $refusals; $most):
    (.made_at | instant) as $now
    | ([(.considered | count("place")) + " in reach, \(.offered) offered" + (if .unaccompanied_minor then ", none of them a hotel: a minor is alone" else "" end),
        ($now | strflocaltime("on %a %-d %b at %H:%M")) + ($options.items | map(.check_in) | unique | if length == 0 then "" else "; first night " + (map(day) | join(", ")) end)]
       | labeled("found")),
      ($options.items[] | option_lines($now) | indented),
      (.refused | select(length > 0) | map("\(.places) \(.reason | plain_word)") | flow(84; ", ") | labeled("refused")),
      ($refusals.items | sort_by(.distance_m)[:$most][] | refusal_line | indented);
def allocation: .allocation
    | ["\(.people_placed) people can be placed, each household whole; \(.people_left) are left over in \(.left_over | length | count("household"))"]
    | labeled("plan");
def why_not($head): [.items[] | refusal_line] | labeled($head);

# --- a booking ---

def stay_words: [(.place_kind | plain_word), "\(.nights | count("night")) from \(.check_in | day)",
    (select(.units > 1) | "\(.units) units"), (.points | select(. != null) | "\(thousands) points"), (.cash | select(. != null) | money)] | join(", ");
def next_words: .next | select(. != null) | "next: \(.action | plain_word), by \(.by)";
def chosen: [.bookings[] | "\(stay_words), by \(.transport): \(.state)"] | labeled("booked");
def timeline: (.timeline[0].at | instant) as $start
    | [.timeline[] | ((.at | instant) - $start) as $after
       | "+\($after | span)" as $when | ($when | pad(8)) + (.to | plain_word | pad(16)) + .why];
def attempts: select(.attempts | length > 1 or any(.[]; .outcome != null and .outcome != .state))
    | [.attempts[] | "attempt \(.number) by \(.transport): \(.state)" + (if .outcome != null and .outcome != .state then ", \(.outcome | plain_word)" else "" end)];
def followed: (timeline + (attempts // []) + [next_words]) | labeled("happened");
def listed($head): [.items[] | "\(stay_words): \(.state)"] | labeled($head);
def state($head): ["\(stay_words): \(.state)"] | labeled($head);
def revealed: ["\(.place.name)" + (if .place.postal_code != null then ", \(.place.postal_code)" else "" end)
     + " for \"\(.guest.alias)\"" + (if .confirmation != null then ", confirmation \(.confirmation)" else "" end)] | labeled("revealed");
def referrals: [.items[] | "\([.party | party[]] | join(" + ")), \(.nights | count("night")) from \(.check_in | day): \(.state)"] | labeled("offers");
def problem: (["\(.status) \(.code): \(.detail)"] + [select(.detail | test("see errors")) | .errors[] | "\(.pointer): \(.detail)"]) | labeled("answer");

# --- tasks, accounts, the gateway's book ---

def tasks: [.items[] | "\(.kind | plain_word), for the \(.for_role): \(.state)" + (if .claim != null then " by \(.claim.name)" else "" end)]
    | labeled("tasks");
def script: [.script.lines[] | "\(.kind | pad(7))\(.text)"] | map(flow_text(84)) | add | labeled("script");
def account_lines: .items | sort_by(.label)[] | (("\(.label) (\(.mode))" | pad(46))
      + ([.balance.available, .balance.held, .balance.spent, .balance.gone | thousands | pad_left(11)] | join(""))),
    (.counters[] | select(.used > 0) | "   \(.key | plain_word) \(.used) of \(.most) in \(.year)");
def balances: (["account", "available", "held", "spent", "gone"] | (.[0] | pad(46)) + ([.[1:][] | pad_left(11)] | join(""))), account_lines;
def book_lines($code): [.reservations[] | select(.property_code == $code)
      | "\(.program) \(.property_code), \(.check_in) to \(.check_out): \(.status), confirmation \(.confirmation)"
        + (if .twin then ", a second one" else "" end)]
    | ["\(length | count("reservation")) at \($code) in the gateway's own book"] + . | labeled("gateway");
def gateway_accounts: [.accounts[] | "\(.program): \(.points | thousands) points"]
    + [.reservations | group_by(.status)[] | "\(length | count("reservation")) \(.[0].status)"] | labeled("gateway");
