-- The loyalty programs by name. Their rules are dated rows that come with each plugin.
-- spend_order is expiring_first where lots end on a fixed day (Wyndham: 48 months, stated by the program), oldest_first
-- where the program states no order (unconfirmed).
insert into nb.loyalty_program as p (code, name, product, spend_order) values
    ('choice', 'Choice Privileges', 'stay', 'oldest_first'),
    ('ihg', 'IHG One Rewards', 'stay', 'oldest_first'),
    ('marriott', 'Marriott Bonvoy', 'stay', 'oldest_first'),
    ('skymiles', 'Delta SkyMiles', 'travel', 'oldest_first'),
    ('wyndham', 'Wyndham Rewards', 'stay', 'expiring_first')
    on conflict (code) do update set name = excluded.name, product = excluded.product, spend_order = excluded.spend_order
 where (p.name, p.product, p.spend_order) is distinct from (excluded.name, excluded.product, excluded.spend_order);
