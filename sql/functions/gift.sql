-- Gifts: recorded as operations by those who keep the points, and as their givers see them. Not here: what a gift does to
-- lots and ledger (points.sql). Invariant: a partner learns of its own gifts and of nothing that moves with a stay: no
-- account, no balance, nothing spent.

create or replace function nb.may_keep_points(actor bigint, of_hotline bigint) returns boolean
    language plpgsql stable
    as $$
begin
    return exists (
        select from nb.app_user u join nb.role_grant g on g.user_id = u.user_id and g.revoked_at is null
         where u.user_id = actor and u.state = 'active' and g.role in ('supervisor', 'director', 'finance')
           and (u.hotline_id = of_hotline or (u.hotline_id is null and g.role = 'finance')));
end
$$;
comment on function nb.may_keep_points(bigint, bigint) is
    'True for the hotline''s supervisors, directors and finance, and for finance of the whole installation.';

create or replace function nb.donation_record(
    actor_user bigint, hotline bigint, op_key text, print bytea, account_public_id uuid, fund_public_id uuid,
    points bigint, received_on date, hard_expires_on date,
    out outcome text, out status integer, out resource_kind text, out resource_id uuid, out version integer,
    out detail jsonb, out replayed boolean)
    language plpgsql volatile
    as $$
declare
    owner bigint;
begin
    select o.outcome, o.status, o.resource_kind, o.resource_id, o.version, o.detail, o.replayed
      into outcome, status, resource_kind, resource_id, version, detail, replayed
      from nb.operation_begin(actor_user, op_key, print) o;
    if outcome is not null then
        return;
    end if;
    select a.hotline_id into owner from nb.points_account a where a.public_id = account_public_id;
    if owner is null or not nb.may_keep_points(actor_user, owner) then
        outcome := 'not_found';
    else
        select t.outcome, t.detail into outcome, detail
          from nb.points_topup(actor_user, account_public_id, fund_public_id, points, received_on, hard_expires_on) t;
    end if;
    status := case outcome when 'received' then 201 when 'not_found' then 404 else 422 end;
    if outcome = 'received' then
        resource_kind := 'donation';
        resource_id := (detail ->> 'donation')::uuid;
    end if;
    perform nb.operation_end(actor_user, hotline, op_key, print, outcome, status, resource_kind, resource_id, version,
                             detail);
end
$$;
comment on function nb.donation_record(bigint, bigint, text, bytea, uuid, uuid, bigint, date, date) is
    'nb.points_topup under an operation key: 201 with the donation, 404 (also for another hotline''s account) or 422.';

create or replace function nb.fund_open(
    actor_user bigint, hotline bigint, op_key text, print bytea, fund_name text, fund_campaign text,
    partner_public_id uuid, only_region text, only_population text, only_purpose text,
    out outcome text, out status integer, out resource_kind text, out resource_id uuid, out version integer,
    out detail jsonb, out replayed boolean)
    language plpgsql volatile
    as $$
declare
    giver bigint;
    bound bigint;
begin
    select o.outcome, o.status, o.resource_kind, o.resource_id, o.version, o.detail, o.replayed
      into outcome, status, resource_kind, resource_id, version, detail, replayed
      from nb.operation_begin(actor_user, op_key, print) o;
    if outcome is not null then
        return;
    end if;
    select p.partner_id into giver from nb.partner p where p.public_id = partner_public_id;
    if not nb.may_keep_points(actor_user, hotline) or (partner_public_id is not null and giver is null) then
        outcome := 'not_found';
        status := 404;
    else
        if num_nonnulls(only_region, only_population, only_purpose) > 0 then
            insert into nb.restriction (region, population, purpose)
            values (only_region, only_population, only_purpose) returning restriction_id into bound;
        end if;
        insert into nb.donor_fund (partner_id, name, campaign, restriction_id)
        values (giver, fund_name, fund_campaign, bound) returning public_id into resource_id;
        outcome := 'opened';
        status := 201;
        resource_kind := 'fund';
        perform nb.audit(actor_user, hotline, 'fund.open', 'fund', resource_id, '{}'::jsonb);
    end if;
    perform nb.operation_end(actor_user, hotline, op_key, print, outcome, status, resource_kind, resource_id, version,
                             detail);
end
$$;
comment on function nb.fund_open(bigint, bigint, text, bytea, text, text, uuid, text, text, text) is
    'Opens a fund, with a restriction when one is named: 201 with the fund, or 404 for a partner that is none.';

create or replace function nb.partner_gifts(
    actor bigint, max_rows bigint, before_at timestamptz default null, before_id uuid default null)
    returns table (public_id uuid, program_code text, fund_id uuid, fund_name text, region text, population text,
                   purpose text, points bigint, received_on date, hard_expires_on date, recorded_at timestamptz)
    language sql stable
    as $$
    select d.public_id, p.code, f.public_id, f.name, r.region, r.population, r.purpose, d.points, d.received_on,
           d.hard_expires_on, d.recorded_at
      from nb.app_user u
      join nb.donor_fund f on f.partner_id = u.partner_id
      join nb.donation d on d.donor_fund_id = f.donor_fund_id
      join nb.points_account a on a.account_id = d.account_id
      join nb.loyalty_program p on p.program_id = a.program_id
      left join nb.restriction r on r.restriction_id = f.restriction_id
     where u.user_id = actor and u.state = 'active'
       and (before_at is null or (d.recorded_at, d.public_id) < (before_at, before_id))
     order by d.recorded_at desc, d.public_id desc
     limit max_rows;
$$;
comment on function nb.partner_gifts(bigint, bigint, timestamptz, uuid) is
    'The gifts of the partner that a user belongs to, the latest first; none for anybody else.';
