ALTER TABLE peers DROP COLUMN woken_at;
