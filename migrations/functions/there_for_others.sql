-- Others may know that there is such a journey: who is not on show has none.
CREATE OR REPLACE FUNCTION there_for_others(journey journeys) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN journey.visibility <> 'private' AND journey.status <> 'completed'
    AND EXISTS (SELECT FROM users AS u WHERE u.id = journey.owner_id AND u.is_on_show);
END
$$;
