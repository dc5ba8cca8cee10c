-- The file that accounts_file names, for the sample's points accounts: what opens each at its program. Run with psql -At
-- after gateway.sql, with the variables gateway (base address of the rehearsal gateway) and bearer.
select format(E'account "%s" {\n%s    member = "%s"\n    holder = "Hugo Sample"\n    phone = "+1 800 555 01%s"\n}',
              a.public_id,
              case when a.mode = 'gateway'
                   then format(E'    base_url = "%s/%s"\n    allow_plain = true\n    allow_private = true\n    bearer = "%s"\n',
                               :'gateway', p.code, :'bearer') else '' end,
              nb_sample.member(n.n), lpad(n.n::text, 2, '0'))
  from generate_series(1, 9) n (n)
  join nb.points_account a on a.public_id = nb_sample.id_of('account', n.n)
  join nb.loyalty_program p using (program_id)
 order by n.n;
