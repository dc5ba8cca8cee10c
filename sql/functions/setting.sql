-- Settings: windows and limits as dated rows. Invariant: a name without a row in effect is an error of the
-- installation, said at once and never guessed.

create or replace function nb.age_ms(since timestamptz) returns bigint
    language sql stable
    as $$
    select coalesce(greatest(0, extract(epoch from nb.now() - since) * 1000)::bigint, 0);
$$;
comment on function nb.age_ms(timestamptz) is 'How long ago that was, in milliseconds; 0 for null and for what is to come.';

create or replace function nb.setting_ms(setting_name text) returns bigint
    language plpgsql stable
    as $$
declare
    found_ms bigint;
begin
    select s.value_ms into found_ms
      from nb.setting s
     where s.name = setting_name and s.effective_from <= nb.now()
     order by s.effective_from desc limit 1;
    if found_ms is null then
        raise exception 'setting % has no value in effect', setting_name using errcode = 'undefined_object';
    end if;
    return found_ms;
end
$$;
comment on function nb.setting_ms(text) is 'The value in effect, in milliseconds.';

create or replace function nb.setting_interval(setting_name text) returns interval
    language sql stable
    as $$
    select nb.setting_ms(setting_name) * interval '1 millisecond';
$$;
comment on function nb.setting_interval(text) is 'The value in effect as an interval.';

create or replace function nb.setting_text(setting_name text) returns text
    language plpgsql stable
    as $$
declare
    found_text text;
begin
    select s.value_text into found_text
      from nb.setting s
     where s.name = setting_name and s.effective_from <= nb.now()
     order by s.effective_from desc limit 1;
    if found_text is null then
        raise exception 'setting % has no value in effect', setting_name using errcode = 'undefined_object';
    end if;
    return found_text;
end
$$;
comment on function nb.setting_text(text) is 'The word or number in effect, as text.';
