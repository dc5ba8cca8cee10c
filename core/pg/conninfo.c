#include "core/pg/conninfo.h"

#include "core/base/buf.h"
#include "core/base/mem.h"

#include <arpa/inet.h>
#include <libpq-fe.h>
#include <stdlib.h>
#include <string.h>

/* More keywords than libpq 15 knows. */
#define KEYWORDS_MAX 64
#define ENDPOINT_KEYWORDS 3
#define OPTIONS_CEILING 2048

/* What every connection speaks, whatever the server's or the role's defaults are: core/pg/rows
 * reads these forms and no others. And a session whose socket was closed at a deadline ends within
 * a second, with its locks: nobody waits for its answer, and the call is executed again elsewhere.
 * A commit is never cut off by that. No statement of ours runs so long that compiling its plan
 * pays: of the invariants that took six times as long as running them, a core for five seconds. */
static const char session_options[] =
    "-c DateStyle=ISO -c TimeZone=UTC -c bytea_output=hex -c client_min_messages=warning "
    "-c client_connection_check_interval=1s -c jit=off";

static const char default_socket_folder[] = "/var/run/postgresql";

struct pg_conninfo {
    struct pg_endpoints endpoints;
    int count;
    char *keywords[KEYWORDS_MAX];
    char *values[KEYWORDS_MAX];
    /* Rebuilt by pg_conninfo_params: the above, then host, hostaddr, port. */
    const char *all_keywords[KEYWORDS_MAX + ENDPOINT_KEYWORDS + 1];
    const char *all_values[KEYWORDS_MAX + ENDPOINT_KEYWORDS + 1];
};

/* Ours to decide: endpoints are tried one by one, the primary is recognized by its identity, and
 * the deadline is a timer. */
static bool is_ours(const char *keyword)
{
    static const char *const ours[] = {"host", "hostaddr", "port", "target_session_attrs",
                                       "connect_timeout"};

    for (size_t i = 0; i < NB_COUNT(ours); i++) {
        if (strcmp(keyword, ours[i]) == 0) {
            return true;
        }
    }
    return false;
}

static void wipe(char *text)
{
    if (text != NULL) {
        explicit_bzero(text, strlen(text));
        nb_free(text);
    }
}

static int find(const struct pg_conninfo *info, const char *keyword)
{
    for (int i = 0; i < info->count; i++) {
        if (strcmp(info->keywords[i], keyword) == 0) {
            return i;
        }
    }
    return -1;
}

static void set(struct pg_conninfo *info, const char *keyword, const char *value)
{
    int at = find(info, keyword);

    if (at < 0) {
        NB_ASSERT(info->count < KEYWORDS_MAX);
        at = info->count++;
        info->keywords[at] = nb_strdup(keyword);
    }
    wipe(info->values[at]);
    info->values[at] = nb_strdup(value);
}

static void set_default(struct pg_conninfo *info, const char *keyword, const char *value)
{
    if (find(info, keyword) < 0) {
        set(info, keyword, value);
    }
}

static bool set_options(struct pg_conninfo *info, struct nb_err *err)
{
    int at = find(info, "options");
    struct nb_buf buf;
    bool fits;

    nb_buf_init(&buf, OPTIONS_CEILING);
    if (at >= 0) {
        nb_buf_printf(&buf, "%s ", info->values[at]);
    }
    nb_buf_text(&buf, session_options);
    fits = nb_buf_ok(&buf, err);
    if (fits) {
        set(info, "options", nb_buf_str(&buf));
    }
    nb_buf_fini(&buf);
    return fits;
}

static bool set_keywords(struct pg_conninfo *info, const struct pg_role *role, struct nb_err *err)
{
    if (role->user != NULL) {
        set(info, "user", role->user);
    }
    if (role->password != NULL) {
        set(info, "password", role->password);
    }
    if (role->application_name != NULL) {
        set(info, "application_name", role->application_name);
    }
    set(info, "client_encoding", "UTF8");
    /* Looking for a Kerberos ticket reads files and asks the network while the loop waits. */
    set_default(info, "gssencmode", "disable");
    /* A peer that is gone without a word is noticed within a minute, even by an idle listener. */
    set_default(info, "keepalives_idle", "30");
    set_default(info, "keepalives_interval", "10");
    set_default(info, "keepalives_count", "3");
    return set_options(info, err);
}

/* The nth item of a comma-separated list; false when there is none. An empty list has one empty
 * item, as in libpq. */
static bool list_item(const char *list, int n, const char **ret_item, size_t *ret_length)
{
    for (; n > 0; n--) {
        list = strchr(list, ',');
        if (list == NULL) {
            return false;
        }
        list++;
    }
    *ret_item = list;
    *ret_length = strcspn(list, ",");
    return true;
}

static int list_count(const char *list)
{
    int count = 1;

    for (; *list != '\0'; list++) {
        count += *list == ',';
    }
    return count;
}

/* Copies the nth item; an absent or empty list gives empty text, one port serves every host. */
static bool copy_item(char *to, size_t capacity, const char *list, int n, bool one_for_all,
                      struct nb_err *err)
{
    const char *item;
    size_t length;

    to[0] = '\0';
    if (list == NULL || list[0] == '\0') {
        return true;
    }
    if (one_for_all && list_count(list) == 1) {
        n = 0;
    }
    if (!list_item(list, n, &item, &length)) {
        return nb_err_set(err, NB_ERR_INVALID, "database_url",
                          "the database URL needs as many ports and addresses as hosts");
    }
    if (length >= capacity) {
        return nb_err_set(err, NB_ERR_INVALID, "database_url",
                          "a host, address or port of the database URL is too long");
    }
    memcpy(to, item, length);
    to[length] = '\0';
    return true;
}

static bool is_numeric(const char *host)
{
    unsigned char address[sizeof(struct in6_addr)];

    return inet_pton(AF_INET, host, address) == 1 || inet_pton(AF_INET6, host, address) == 1;
}

static bool is_socket_folder(const char *host)
{
    return host[0] == '/' || host[0] == '@';
}

bool pg_endpoint_needs_lookup(const struct pg_endpoint *endpoint)
{
    return endpoint->hostaddr[0] == '\0' && !is_socket_folder(endpoint->host);
}

static bool is_port(const char *port)
{
    size_t digits = strspn(port, "0123456789");

    return digits <= 5 && port[digits] == '\0' && (digits == 0 || strtol(port, NULL, 10) <= 65535);
}

static bool add_endpoint(struct pg_conninfo *info, const char *hosts, const char *addresses,
                         const char *ports, struct nb_err *err)
{
    int n = info->endpoints.count;
    struct pg_endpoint *endpoint = &info->endpoints.at[n];

    if (!copy_item(endpoint->host, sizeof(endpoint->host), hosts, n, false, err) ||
        !copy_item(endpoint->hostaddr, sizeof(endpoint->hostaddr), addresses, n, false, err) ||
        !copy_item(endpoint->port, sizeof(endpoint->port), ports, n, true, err)) {
        return false;
    }
    if (!is_port(endpoint->port) ||
        (endpoint->hostaddr[0] != '\0' && !is_numeric(endpoint->hostaddr))) {
        return nb_err_set(err, NB_ERR_INVALID, "database_url",
                          "ports and hostaddr in the database URL must be numeric");
    }
    if (endpoint->host[0] == '\0' && endpoint->hostaddr[0] == '\0') {
        memcpy(endpoint->host, default_socket_folder, sizeof(default_socket_folder));
    }
    if (endpoint->hostaddr[0] == '\0' && is_numeric(endpoint->host) &&
        !copy_item(endpoint->hostaddr, sizeof(endpoint->hostaddr), endpoint->host, 0, false, err)) {
        return false;
    }
    info->endpoints.count++;
    return true;
}

static bool set_endpoints(struct pg_conninfo *info, const char *hosts, const char *addresses,
                          const char *ports, struct nb_err *err)
{
    const char *list = hosts != NULL && hosts[0] != '\0' ? hosts : addresses;
    int count = list == NULL ? 1 : list_count(list);

    if (count > PG_ENDPOINTS_MAX) {
        return nb_err_set(err, NB_ERR_LIMIT, "database_url",
                          "the database URL may name at most %d hosts", PG_ENDPOINTS_MAX);
    }
    while (info->endpoints.count < count) {
        if (!add_endpoint(info, hosts, addresses, ports, err)) {
            return false;
        }
    }
    return true;
}

static bool take_options(struct pg_conninfo *info, const PQconninfoOption *options,
                         const struct pg_role *role, struct nb_err *err)
{
    const char *hosts = NULL;
    const char *addresses = NULL;
    const char *ports = NULL;

    for (const PQconninfoOption *option = options; option->keyword != NULL; option++) {
        if (option->val == NULL) {
            continue;
        }
        if (strcmp(option->keyword, "host") == 0) {
            hosts = option->val;
        } else if (strcmp(option->keyword, "hostaddr") == 0) {
            addresses = option->val;
        } else if (strcmp(option->keyword, "port") == 0) {
            ports = option->val;
        } else if (!is_ours(option->keyword)) {
            set(info, option->keyword, option->val);
        }
    }
    return set_endpoints(info, hosts, addresses, ports, err) && set_keywords(info, role, err);
}

bool pg_conninfo_parse(const char *url, const struct pg_role *role, struct pg_conninfo **ret_info,
                       struct nb_err *err)
{
    PQconninfoOption *options = PQconninfoParse(url, NULL);

    if (options == NULL) {
        return nb_err_set(err, NB_ERR_INVALID, "database_url",
                          "NIGHTBRIDGE_DATABASE_URL is not a PostgreSQL connection URI");
    }
    struct pg_conninfo *info = nb_alloc(sizeof(*info));
    bool taken = take_options(info, options, role, err);

    PQconninfoFree(options);
    if (!taken) {
        pg_conninfo_destroy(info);
        return false;
    }
    *ret_info = info;
    return true;
}

struct pg_conninfo *pg_conninfo_destroy(struct pg_conninfo *info)
{
    if (info == NULL) {
        return NULL;
    }
    for (int i = 0; i < info->count; i++) {
        nb_free(info->keywords[i]);
        wipe(info->values[i]);
    }
    return nb_free(info);
}

const struct pg_endpoints *pg_conninfo_endpoints(const struct pg_conninfo *info)
{
    return &info->endpoints;
}

void pg_conninfo_params(struct pg_conninfo *info, const struct pg_endpoint *endpoint,
                        const char *const **ret_keywords, const char *const **ret_values)
{
    const char *const own[ENDPOINT_KEYWORDS][2] = {
        {"host", endpoint->host},
        {"hostaddr", endpoint->hostaddr},
        {"port", endpoint->port},
    };
    int count = 0;

    for (int i = 0; i < info->count; i++, count++) {
        info->all_keywords[count] = info->keywords[i];
        info->all_values[count] = info->values[i];
    }
    for (int i = 0; i < ENDPOINT_KEYWORDS; i++, count++) {
        info->all_keywords[count] = own[i][0];
        info->all_values[count] = own[i][1];
    }
    info->all_keywords[count] = NULL;
    info->all_values[count] = NULL;
    *ret_keywords = info->all_keywords;
    *ret_values = info->all_values;
}
