-- Where a collective is, by ISO 3166-1 (two capitals), as it says itself.
ALTER TABLE collectives ADD COLUMN country TEXT;
ALTER TABLE remote_actors ADD COLUMN country TEXT;
