-- Bookings that are asked for at one moment are made by one call: what such a call is given, what it makes and what it
-- answers; and approval rows that make no sense are never put in force.

create type nb.booking_wish as (
    actor bigint,
    role text,
    hotline bigint,
    op_key text,
    print bytea,
    request uuid,
    options uuid[],
    reason text,
    covers uuid,
    allow_next boolean,
    tolerance bigint,
    long_stay text);
comment on type nb.booking_wish is 'A choice as somebody asks for it: who, under which right and operation key, which options of which request, and with which reasons.';

create type nb.booking_made as (booking nb.booking, reference uuid, first_room smallint, actor_role text);
comment on type nb.booking_made is 'A booking whose place and points are held, before its rows are written. first_room: 1, or the number of a household''s next room in another booking of its group.';

create type nb.booking_answer as (
    outcome text,
    status integer,
    resource_kind text,
    resource_id uuid,
    version integer,
    detail jsonb,
    replayed boolean,
    made nb.booking);
comment on type nb.booking_answer is 'What came of a choice, as of every write. made: the one booking that it made just now.';

create function nb.approval_rows_fit(rows jsonb) returns boolean
    language plpgsql immutable
    as $$
declare
    before integer := 0;
    r jsonb;
begin
    for r in select e from jsonb_array_elements(rows) e loop
        if not coalesce((r ->> 'night')::integer > before
                        and r ->> 'role' in ('specialist', 'coordinator', 'supervisor', 'director')
                        and coalesce(r ->> 'condition', 'none') in ('none', 'coordinator_claimed', 'reason', 'decision'), false) then
            return false;
        end if;
        before := (r ->> 'night')::integer;
    end loop;
    return true;
exception when data_exception then
    return false;
end
$$;
comment on function nb.approval_rows_fit(jsonb) is 'True for a list of {night, role, condition} in rising order of night.';

alter table nb.setting
    add constraint setting_approval_rows_ck check (name <> 'approval_rows' or nb.approval_rows_fit(value_text::jsonb));
