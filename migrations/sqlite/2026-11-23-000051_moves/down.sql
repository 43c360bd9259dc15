ALTER TABLE collectives DROP COLUMN moved_at;
ALTER TABLE collectives DROP COLUMN moved_to;
