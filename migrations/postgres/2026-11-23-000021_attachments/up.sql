-- Files that hang on posts of others: a list of {url, media_type, alt} as JSON. Nothing of it is fetched.
ALTER TABLE remote_posts ADD COLUMN attachments TEXT NOT NULL DEFAULT '[]';
