-- The draw number `n` of a journey: a shift, a skew, and how far beyond both a plan may move before it is drawn again
-- (from 1 to 1.5 times). Draw 0 is the shift and skew that the Worker derived for the journey; both are secret, and so is
-- what follows from them.
-- Reads nothing. Called by keep_plan.
CREATE OR REPLACE FUNCTION draw_clock(journey journeys, n integer)
RETURNS TABLE (shift_s integer, skew double precision, slack double precision)
LANGUAGE sql STABLE ROWS 1 AS $$
  SELECT
    CASE WHEN n = 0 THEN journey.shift_s ELSE round(345600 * (2 * shares[1] - 1))::integer END,
    CASE WHEN n = 0 THEN journey.skew ELSE 0.35 * (2 * shares[2] - 1) END,
    1 + shares[3] / 2
  FROM (SELECT sha256(convert_to(
    concat_ws(':', journey.owner_id, journey.id, journey.shift_s, journey.skew, n), 'UTF8')) AS bytes) AS h
  CROSS JOIN LATERAL (
    SELECT array_agg((get_byte(bytes, i) * 65536 + get_byte(bytes, i + 1) * 256 + get_byte(bytes, i + 2)) / 16777215::float8
      ORDER BY i) AS shares
    FROM generate_series(0, 6, 3) AS i
  ) AS s
$$;
