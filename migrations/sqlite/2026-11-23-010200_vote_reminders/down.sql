ALTER TABLE decisions DROP COLUMN reminded_at;
