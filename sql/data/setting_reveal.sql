-- How many places and guests one person may have shown in an hour. A busy shift reveals a few dozen.

insert into nb.setting (name, value_text, effective_from) values
    ('reveals_per_hour', '60', '2026-01-01 00:00+00')
    on conflict (name, effective_from) do nothing;
