ALTER TABLE remote_posts DROP COLUMN event;
ALTER TABLE peers DROP COLUMN software_asked_at;
DROP TABLE call_faces;
DROP TABLE calls;
