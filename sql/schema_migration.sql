-- What `nightbridge migrate` did here: run by it inside the transaction of each first migration, as often as wanted.
-- Not a migration itself, because the first one must find no schema. Invariant: a row is written in the transaction of
-- the file it names, and never changed.

create table if not exists nb.schema_migration (
    number integer not null,
    name text not null,
    sha256 text not null,
    applied_at timestamptz not null default nb.now(),
    constraint schema_migration_pk primary key (number),
    constraint schema_migration_name_uq unique (name),
    constraint schema_migration_number_ck check (number > 0),
    constraint schema_migration_sha256_ck check (sha256 ~ '^[0-9a-f]{64}$')
);
comment on table nb.schema_migration is 'Migrations that this database went through.';
comment on column nb.schema_migration.number is 'The number that its file begins with.';
comment on column nb.schema_migration.name is 'Name of its file.';
comment on column nb.schema_migration.sha256 is 'Hash of the file as it was applied: a merged migration is never edited.';
comment on column nb.schema_migration.applied_at is 'When.';

create table if not exists nb.schema_release (
    one_row boolean not null default true,
    sha256 text not null,
    applied_at timestamptz not null default nb.now(),
    constraint schema_release_pk primary key (one_row),
    constraint schema_release_one_row_ck check (one_row),
    constraint schema_release_sha256_ck check (sha256 ~ '^[0-9a-f]{64}$')
);
comment on table nb.schema_release is 'What a migrate repeats (functions, privileges, data), as it was run last: exactly one row.';
comment on column nb.schema_release.one_row is 'Always true, so that there is one row.';
comment on column nb.schema_release.sha256 is 'Hash over all of these files.';
comment on column nb.schema_release.applied_at is 'When.';
