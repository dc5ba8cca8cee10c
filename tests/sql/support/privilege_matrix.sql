-- Prints what every login role may do on every object of the schemas nb and pii: role, object, privileges, sorted.
-- An object's line ends with "as owner" when it is a function that runs with the owner's rights.
with roles as (
    select unnest(array['public', 'nb_staff', 'nb_provider', 'nb_partner', 'nb_finance', 'nb_admin', 'nb_auditor',
                        'nb_dispatch', 'nb_clock', 'nb_check']) as role
), granted as (
    select n.nspacl as acl, 'schema ' || n.nspname as object, '' as note
      from pg_namespace n where n.nspname in ('nb', 'pii')
    union all
    select c.relacl, case c.relkind when 'S' then 'sequence ' when 'v' then 'view ' else 'table ' end
                     || c.oid::regclass::text, ''
      from pg_class c where c.relnamespace in ('nb'::regnamespace, 'pii'::regnamespace)
    union all
    select a.attacl, 'column ' || a.attrelid::regclass::text || '.' || a.attname, ''
      from pg_attribute a join pg_class c on c.oid = a.attrelid
     where c.relnamespace in ('nb'::regnamespace, 'pii'::regnamespace)
    union all
    select p.proacl, 'function ' || p.oid::regprocedure::text, case when p.prosecdef then ' as owner' else '' end
      from pg_proc p where p.pronamespace in ('nb'::regnamespace, 'pii'::regnamespace)
), lines as (
    select coalesce(g.rolname, 'public') as role, granted.object, granted.note,
           string_agg(lower(a.privilege_type), ' ' order by a.privilege_type) as privileges
      from granted cross join lateral aclexplode(granted.acl) a
      left join pg_roles g on g.oid = a.grantee
     group by 1, 2, 3
)
select format('%-12s %-90s %s%s', l.role, l.object, l.privileges, l.note)
  from lines l join roles r using (role)
 order by l.role collate "C", l.object collate "C";
