-- When a host was last woken by a request of its own. Its requests are counted apart: one that came while all was well must
-- not stand in the way of the one that tells us that it is back.
ALTER TABLE peers ADD COLUMN woken_at TIMESTAMP;
