/*
 * One SQL statement, embedded at build time from sql/queries/<noun>/<verb>.sql as
 * sql_<noun>_<verb> (see the generated gen/statements.h). Static storage; never freed.
 */
#ifndef NB_PG_STATEMENT_H
#define NB_PG_STATEMENT_H

struct pg_statement {
    const char *name; /* "<noun>_<verb>", the name under which it is prepared */
    const char *text; /* without the header comment */
    int param_count;  /* the highest $n */
};

#endif
