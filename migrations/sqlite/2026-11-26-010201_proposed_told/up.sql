-- When who proposed an action was told what was decided. What the assembly decides is told by the clock.
ALTER TABLE proposed_actions ADD COLUMN told_at TIMESTAMP;
UPDATE proposed_actions SET told_at = decided_at;
