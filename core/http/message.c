#include "core/http/message.h"

#include "core/base/mem.h"

#include <string.h>

static const char *const method_names[HTTP_METHOD_COUNT] = {
    [HTTP_METHOD_NONE] = "NONE", [HTTP_GET] = "GET",         [HTTP_HEAD] = "HEAD",
    [HTTP_POST] = "POST",        [HTTP_PUT] = "PUT",         [HTTP_PATCH] = "PATCH",
    [HTTP_DELETE] = "DELETE",    [HTTP_OPTIONS] = "OPTIONS",
};

static const struct {
    int status;
    const char *text;
} status_texts[] = {
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {204, "No Content"},
    {304, "Not Modified"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {412, "Precondition Failed"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {422, "Unprocessable Content"},
    {428, "Precondition Required"},
    {429, "Too Many Requests"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
};

const char *http_method_name(enum http_method method)
{
    NB_ASSERT((unsigned)method < HTTP_METHOD_COUNT);
    return method_names[method];
}

enum http_method http_method_parse(const char *word)
{
    for (unsigned i = HTTP_GET; i < HTTP_METHOD_COUNT; i++) {
        if (strcmp(word, method_names[i]) == 0) {
            return (enum http_method)i;
        }
    }
    return HTTP_METHOD_NONE;
}

static bool is_token_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c != '\0' && strchr("!#$%&'*+-.^_`|~", c) != NULL);
}

bool http_header_valid(const struct http_header *header)
{
    if (header->name == NULL || header->name[0] == '\0' || header->value == NULL) {
        return false;
    }
    for (const char *p = header->name; *p != '\0'; p++) {
        if (!is_token_char(*p)) {
            return false;
        }
    }
    for (const char *p = header->value; *p != '\0'; p++) {
        if (((unsigned char)*p < 0x20 && *p != '\t') || *p == 0x7f) {
            return false;
        }
    }
    return true;
}

const char *http_status_text(int status)
{
    for (size_t i = 0; i < NB_COUNT(status_texts); i++) {
        if (status_texts[i].status == status) {
            return status_texts[i].text;
        }
    }
    return "Error";
}
