-- When those who had said nothing yet were reminded by mail, once for each stage.
ALTER TABLE decisions ADD COLUMN reminded_at TIMESTAMP;
