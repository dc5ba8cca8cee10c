-- An account may hold its program's credit card: some programs give a night to such an account only.

alter table nb.points_account add column holds_card boolean not null default false;
comment on column nb.points_account.holds_card is 'It holds the program''s credit card, for rules that ask for one.';
