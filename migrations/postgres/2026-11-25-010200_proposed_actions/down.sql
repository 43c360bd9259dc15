DROP TABLE proposed_actions;
