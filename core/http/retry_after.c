#include "core/http/retry_after.h"

#include <ctype.h>
#include <curl/curl.h>
#include <string.h>

static int64_t clamp(int64_t value, int64_t ceiling)
{
    return value < 0 ? 0 : value > ceiling ? ceiling : value;
}

/* Any number of digits: what does not fit is simply "longer than the ceiling". */
static bool seconds_of(const char *text, int64_t ceiling_ms, int64_t *ret_ms)
{
    int64_t seconds = 0;
    size_t digits = strspn(text, "0123456789");
    if (digits == 0 || text[digits + strspn(text + digits, " \t")] != '\0') {
        return false;
    }
    for (size_t i = 0; i < digits && seconds <= ceiling_ms; i++) {
        seconds = seconds * 10 + (text[i] - '0');
    }
    *ret_ms = seconds > ceiling_ms / 1000 ? ceiling_ms : seconds * 1000;
    return true;
}

bool http_retry_after(const char *text, struct nb_instant now, int64_t ceiling_ms, int64_t *ret_ms)
{
    if (text == NULL || strlen(text) > 64) {
        return false;
    }
    text += strspn(text, " \t");
    if (seconds_of(text, ceiling_ms, ret_ms)) {
        return true;
    }
    /* curl_getdate takes many more forms ("20240101"); an HTTP date begins with a day's name. */
    if (!isalpha((unsigned char)text[0])) {
        return false;
    }
    time_t at = curl_getdate(text, NULL);
    if (at < 0) {
        return false;
    }
    int64_t now_s = now.us / 1000000;
    int64_t wait_s = clamp((int64_t)at - now_s, ceiling_ms / 1000);
    *ret_ms = clamp(wait_s * 1000, ceiling_ms);
    return true;
}
