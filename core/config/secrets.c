/*
 * Passwords of the login roles: a file of its own, mode 600, one "role = password" a line, so that
 * the configuration itself may be read by anybody and shown in a ticket.
 */
#include "core/base/mem.h"
#include "core/config/config_private.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define LINE_BYTES 1024

bool config_private_file(const char *path, const char *what, struct nb_err *err)
{
    struct stat about;
    if (stat(path, &about) != 0) {
        return nb_err_set(err, NB_ERR_INVALID, "config_file", "%s: %s cannot be read (%s).", what,
                          path, strerrorname_np(errno));
    }
    if (!S_ISREG(about.st_mode)) {
        return nb_err_set(err, NB_ERR_INVALID, "config_file", "%s: %s is not a file.", what, path);
    }
    if ((about.st_mode & 077) != 0) {
        return nb_err_set(err, NB_ERR_INVALID, "config_file_open",
                          "%s: others may read %s. Do: chmod 600 %s", what, path, path);
    }
    return true;
}

static char *trim(char *text)
{
    while (isspace((unsigned char)*text)) {
        text++;
    }
    size_t length = strlen(text);
    while (length > 0 && isspace((unsigned char)text[length - 1])) {
        text[--length] = '\0';
    }
    return text;
}

static enum config_login login_named(const struct config *config, const char *name)
{
    for (enum config_login login = CONFIG_LOGIN_OWNER; login < CONFIG_LOGIN_COUNT; login++) {
        if (strcmp(name, config_login_name(config, login)) == 0) {
            return login;
        }
    }
    return CONFIG_LOGIN_NONE;
}

static bool take_line(char *line, const char *path, int number, struct config *config,
                      struct nb_err *err)
{
    char *name = trim(line);
    if (*name == '\0' || *name == '#') {
        return true;
    }
    char *sign = strchr(name, '=');
    if (sign == NULL) {
        return nb_err_set(err, NB_ERR_INVALID, "config_secrets",
                          "%s, line %d: expected \"role = password\".", path, number);
    }
    *sign = '\0';
    char *password = trim(sign + 1);
    enum config_login login = login_named(config, trim(name));
    if (login == CONFIG_LOGIN_NONE) {
        return nb_err_set(err, NB_ERR_INVALID, "config_secrets",
                          "%s, line %d: no login role has that name (nb_staff, nb_clock ...).",
                          path, number);
    }
    if (*password == '\0' || config->passwords[login] != NULL) {
        return nb_err_set(err, NB_ERR_INVALID, "config_secrets",
                          "%s, line %d: %s needs exactly one password.", path, number,
                          config_login_name(config, login));
    }
    config->passwords[login] = vault_secret_of_text(VAULT_KIND_CREDENTIAL, password);
    return true;
}

bool config_secrets_read(const char *path, struct config *config, struct nb_err *err)
{
    char line[LINE_BYTES];
    bool good = true;
    int number = 0;
    if (!config_private_file(path, "passwords", err)) {
        return false;
    }
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        return nb_err_set(err, NB_ERR_INVALID, "config_file", "%s cannot be read (%s).", path,
                          strerrorname_np(errno));
    }
    /* The stream's own buffer would keep a copy. */
    (void)setvbuf(file, NULL, _IONBF, 0);
    while (good && fgets(line, sizeof(line), file) != NULL) {
        number++;
        good = take_line(line, path, number, config, err);
    }
    explicit_bzero(line, sizeof(line));
    (void)fclose(file);
    return good;
}
