ALTER TABLE remote_actors DROP COLUMN country;
ALTER TABLE collectives DROP COLUMN country;
