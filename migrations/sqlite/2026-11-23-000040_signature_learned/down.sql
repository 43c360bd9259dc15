ALTER TABLE peers DROP COLUMN signature_learned_at;
