-- Users by outside id or exact name; a name may be borne by several.
-- Parameters: $1 text id or name.
-- Columns: public_id uuid.
-- Index: app_user_public_id_uq; by name a scan.
select u.public_id from nb.app_user u where u.public_id::text = lower($1) or u.display_name = $1 limit 2;
