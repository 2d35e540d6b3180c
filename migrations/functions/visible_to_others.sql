-- Others may know that the journey exists: it is neither private nor over, and its owner takes part.
-- Reads users. Called by src/features/audience/audience.predicates.ts. PL/pgSQL caches the plan.
CREATE OR REPLACE FUNCTION visible_to_others(journey journeys) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN journey.visibility <> 'private' AND NOT journey.is_over
    AND EXISTS (SELECT FROM users AS u WHERE u.id = journey.owner_id AND u.takes_part);
END
$$;
