-- Whether a host says itself that it understands events or our types (FEP-844e), whatever its software is called.
ALTER TABLE peers ADD COLUMN shows_events BOOLEAN;
