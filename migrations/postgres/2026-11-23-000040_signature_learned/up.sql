-- When a host showed which signature it takes; NULL where it was never asked to choose.
ALTER TABLE peers ADD COLUMN signature_learned_at TIMESTAMP;
