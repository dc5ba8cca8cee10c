-- The directory: vetting of providers and hotels.
-- Not here: search. Invariant: nobody vets the organization they belong to, and each decision is audited.

create or replace function nb.may_vet(actor bigint, of_provider bigint) returns boolean
    language sql stable
    as $$
    select exists (
        select from nb.app_user u join nb.role_grant g on g.user_id = u.user_id and g.revoked_at is null
         where u.user_id = actor and u.state = 'active'
           and g.role in ('supervisor', 'director', 'admin')
           and u.provider_id is distinct from coalesce(of_provider, -1));
$$;
comment on function nb.may_vet(bigint, bigint) is 'True for supervisors, directors and administrators outside the provider.';

create or replace function nb.provider_vet(
    actor bigint, provider_public_id uuid, decision text, out outcome text, out detail jsonb)
    language plpgsql volatile
    as $$
declare
    found_provider nb.provider;
begin
    select p.* into found_provider from nb.provider p where p.public_id = provider_public_id for update;
    if found_provider.provider_id is null then
        outcome := 'not_found';
    elsif not nb.may_vet(actor, found_provider.provider_id) then
        outcome := 'forbidden';
    elsif coalesce(decision, '') not in ('vetted', 'suspended') then
        outcome := 'invalid';
        detail := jsonb_build_object('field', 'decision', 'allowed', 'vetted or suspended');
    else
        update nb.provider set vetting_state = decision, vetted_by = actor, vetted_at = nb.now()
         where provider_id = found_provider.provider_id;
        perform nb.audit(actor, null, 'provider.' || decision, 'provider', provider_public_id,
                         jsonb_build_object('before', found_provider.vetting_state));
        outcome := decision;
        detail := jsonb_build_object('before', found_provider.vetting_state);
    end if;
end
$$;
comment on function nb.provider_vet(bigint, uuid, text) is
    'Decides on a provider. Outcome: vetted, suspended, not_found, forbidden or invalid {field, allowed}.';

create or replace function nb.property_vet(
    actor bigint, property_public_id uuid, decision text, out outcome text, out detail jsonb)
    language plpgsql volatile
    as $$
declare
    house nb.property;
begin
    select p.* into house from nb.property p where p.public_id = property_public_id for update;
    if house.property_id is null then
        outcome := 'not_found';
    elsif not nb.may_vet(actor, house.provider_id) then
        outcome := 'forbidden';
    elsif coalesce(decision, '') not in ('vetted', 'suspended') then
        outcome := 'invalid';
        detail := jsonb_build_object('field', 'decision', 'allowed', 'vetted or suspended');
    else
        update nb.property
           set vetting_state = decision, vetted_by = actor, vetted_at = nb.now(), last_verified_at = nb.now()
         where property_id = house.property_id;
        perform nb.audit(actor, null, 'property.' || decision, 'property', property_public_id,
                         jsonb_build_object('before', house.vetting_state));
        outcome := decision;
        detail := jsonb_build_object('before', house.vetting_state);
    end if;
end
$$;
comment on function nb.property_vet(bigint, uuid, text) is
    'Decides on a hotel. Outcome: vetted, suspended, not_found, forbidden or invalid {field, allowed}.';
