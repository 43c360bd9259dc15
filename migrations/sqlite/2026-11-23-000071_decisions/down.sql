DROP TABLE decision_comments;
DROP TABLE ballots;
DROP TABLE decision_electorate;
DROP TABLE decisions;
DROP TABLE assembly_rules;
