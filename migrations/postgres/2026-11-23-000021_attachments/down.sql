ALTER TABLE remote_posts DROP COLUMN attachments;
