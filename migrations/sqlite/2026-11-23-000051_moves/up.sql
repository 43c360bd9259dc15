-- Where a collective moved to, and when it last did: its address stays when the move is undone.
ALTER TABLE collectives ADD COLUMN moved_to TEXT;
ALTER TABLE collectives ADD COLUMN moved_at TIMESTAMP;
