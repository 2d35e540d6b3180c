-- How many buckets of a journey count as one in its searches, so that there are at most 64, whatever time the journey
-- takes: 1 for a journey of up to six months.
-- Reads presence of this journey. Called by encounters_of and remember_reaches.
CREATE OR REPLACE FUNCTION bucket_span(journey integer) RETURNS integer
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN (
    SELECT (max(p.place & 32767) - min(p.place & 32767)) / 32 + 1
    FROM presence AS p WHERE p.journey_no = journey AND p.place & 32767 > 0
  );
END
$$;
