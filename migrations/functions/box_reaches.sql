-- Whether a point is within a box that is widened by `wide` and `high` degrees. Longitudes repeat every 360 degrees.
-- Reads nothing. Called by shown_pieces and journey_visits.
CREATE OR REPLACE FUNCTION box_reaches(
  west double precision, east double precision, south double precision, north double precision,
  x double precision, y double precision, wide double precision, high double precision
) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT y BETWEEN south - high AND north + high
    AND (x BETWEEN west - wide AND east + wide
      OR x - 360 BETWEEN west - wide AND east + wide
      OR x + 360 BETWEEN west - wide AND east + wide)
$$;
