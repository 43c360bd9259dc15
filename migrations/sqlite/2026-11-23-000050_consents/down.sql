DROP INDEX remote_posts_stamp;
ALTER TABLE remote_posts DROP COLUMN quote_checked_at;
ALTER TABLE remote_posts DROP COLUMN quote_approved;
ALTER TABLE remote_posts DROP COLUMN quote_stamp;
ALTER TABLE remote_posts DROP COLUMN quote_uri;
ALTER TABLE collectives DROP COLUMN review_quotes;
ALTER TABLE collectives DROP COLUMN quote_policy;
DROP TABLE consents;
