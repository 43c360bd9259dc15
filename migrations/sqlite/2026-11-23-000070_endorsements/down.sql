DROP TABLE endorsement_policies;
DROP TABLE endorsement_claims;
DROP TABLE endorsements;
