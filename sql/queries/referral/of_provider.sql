-- Offers made to one provider, newest first, a page of them; or one of them. $1 provider, $2 state or null, $3 public id
-- or null, $4 rows, $5 offered_at in microseconds and $6 public id of the last row before (both null on a first page).
-- Columns: what a provider may know (nb.referral_offer), and the alias once it accepted. Index: referral_provider_ix.
select o.public_id as id, null::uuid as booking, null::uuid as request, o.unit_id, o.property_id, o.state, o.offered_at, o.expires_at, o.cap_at,
       o.renewals, o.check_in, o.check_out, o.units, o.cash_minor, o.currency, o.households, o.urgency, o.gender, o.pets,
       o.service_animals, o.accessible, to_jsonb(o.languages) as languages, o.decline_reason, o.declined_by_side, o.answered_at,
       case when o.state = 'accepted' then nb.referral_alias(o.provider_id, o.public_id) end as alias
  from nb.referral_offer o
 where o.provider_id = $1 and ($2::text is null or o.state = $2) and ($3::uuid is null or o.public_id = $3)
   and ($5::bigint is null
        or (o.offered_at, o.public_id) < ('epoch'::timestamptz + $5::bigint * interval '1 microsecond', $6::uuid))
 order by o.offered_at desc, o.public_id desc
 limit $4
