-- Who else is reached at an inbox is asked with each delivery, while actors are blocked.
CREATE INDEX remote_actors_inbox ON remote_actors (inbox);
CREATE INDEX remote_actors_shared_inbox ON remote_actors (shared_inbox);
