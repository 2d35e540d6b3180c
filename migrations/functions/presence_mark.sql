-- Stands for the presence of a journey: another where that is another, nothing where there is none.
CREATE OR REPLACE FUNCTION presence_mark(journey integer) RETURNS bytea
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN (
    SELECT sha256(string_agg(p.place || ' ' || p.visits, ',' ORDER BY p.place)::bytea)
    FROM presence AS p WHERE p.journey_no = journey
  );
END
$$;
