import { sql } from 'drizzle-orm';
import { type Given, prepare } from '../../db/prepared.ts';
import { audienceOf, isVisibleToOthers } from '../audience/audience.predicates.ts';
import type { Audience, Viewer } from '../audience/audience.rules.ts';
import { journeys } from '../journeys/journey.table.ts';
import { bucketDays } from './encounter.rules.ts';

/** The cells of a journey in the days that others see, from its presence. The journey is `j` in the query around it. */
const publishedDays = sql`
  select day as first_day, day + ${bucketDays - 1}::integer as last_day, array_agg(cell order by cell) as cells
  from (select cell, date '1970-01-01' + nullif(bucket, -1) * ${bucketDays}::integer as day
    from presence_cells where journey_id = j.id) p
  group by day`;

/**
 * The cells of a journey day by day, without privacy zones and the ends of lines. The rider and connected riders get
 * the true days, others the published ones. A journey without days that others may see has one row without days; a
 * journey that the viewer may not see has no row.
 */
export const selectItinerary = prepare(
  (db, { journeyId, now, ...viewer }: Given<Viewer & { journeyId: string; now: string }>) =>
    db.execute<ItineraryRow>(sql`
    select j.audience, d.first_day::text as first_day, d.last_day::text as last_day, d.cells
    from (
      select ${journeys.id}, ${journeys.visibility} <> 'private' and not ${journeys.isOver} as is_shown, ${audienceOf(viewer)} as audience
      from ${journeys} where ${journeys.id} = ${journeyId} offset 0
    ) j left join lateral (
      select day as first_day, day as last_day, array_agg(distinct cell order by cell) as cells
      from (select cell, (visited_at at time zone 'UTC')::date as day from journey_visits(j.id, ${now})) v
      where j.audience <> 'rider' and j.is_shown group by day
      union all
      select * from (${publishedDays}) p where j.audience = 'rider'
    ) d on true
    where j.audience <> 'nobody'
    order by d.first_day`),
);

/** All that searches know of a rider's own journey while others may meet it. A journey that nobody meets has no row. */
export const selectPublished = prepare((db, { journeyId, ownerId }: Given<{ journeyId: string; ownerId: string }>) =>
  db.execute<Omit<ItineraryRow, 'audience'>>(sql`
    select d.first_day::text as first_day, d.last_day::text as last_day, d.cells
    from (
      select ${journeys.id} from ${journeys}
      where ${journeys.id} = ${journeyId} and ${journeys.ownerId} = ${ownerId} and ${isVisibleToOthers}
    ) j cross join lateral (${publishedDays}) d
    order by d.first_day`),
);

export type ItineraryRow = {
  audience: Audience;
  first_day: string | null;
  last_day: string | null;
  cells: number[] | null;
};
