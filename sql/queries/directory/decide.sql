-- Vets or suspends a provider or a hotel, under an operation key.
-- Parameters: $1 user, $2 hotline (null: none), $3 operation key, $4 fingerprint, $5 provider or property, $6 its public id,
--   $7 vetted or suspended.
-- Columns: those of every write (core/store/README.md); the resource is the provider or property.
-- Index: provider_public_id_uq, property_public_id_uq; takes nb.lock_key('directory', 0).
select w.outcome, w.status, w.resource_kind, w.resource_id, w.version, w.detail, w.replayed
  from nb.directory_decide($1, $2, $3, $4, $5, $6, $7) w;
