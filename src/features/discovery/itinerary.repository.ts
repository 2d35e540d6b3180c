import { and, eq, or, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { isVisibleTo, isVisibleToConnection } from '../audience/audience.predicates.ts';
import { journeys } from '../journeys/journey.table.ts';
import { bucketDays } from './encounter.rules.ts';

/**
 * The cells of a journey day by day, without privacy zones and the ends of lines. The rider and connected riders get
 * the true days, others the published ones. A journey without days that others may see has one row without days; a
 * journey that the viewer may not see has no row.
 */
export function selectItinerary(db: Db, journeyId: string, viewerId: string, now: Date) {
  const isClose = sql`(${journeys.ownerId} = ${viewerId} or ${isVisibleToConnection(viewerId)})`;
  const isShown = sql`(${journeys.visibility} <> 'private' and not ${journeys.isOver})`;
  const seen = db
    .select({
      id: journeys.id,
      isMine: sql<boolean>`${journeys.ownerId} = ${viewerId}`.as('is_mine'),
      isClose: sql<boolean>`${isClose}`.as('is_close'),
      isShown: sql<boolean>`${isShown}`.as('is_shown'),
    })
    .from(journeys)
    .where(and(eq(journeys.id, journeyId), or(isVisibleTo(viewerId), isVisibleToConnection(viewerId))));
  return db.execute<ItineraryRow>(sql`
    select j.is_mine, j.is_close, d.first_day::text as first_day, d.last_day::text as last_day, d.cells
    from (${seen}) j left join lateral (
      select day as first_day, day as last_day, array_agg(distinct cell order by cell) as cells
      from (select cell, (visited_at at time zone 'UTC')::date as day from journey_visits(j.id, ${now.toISOString()})) v
      where j.is_close and j.is_shown group by day
      union all
      select day, day + ${bucketDays - 1}::integer, array_agg(cell order by cell)
      from (select cell, date '1970-01-01' + nullif(bucket, -1) * ${bucketDays}::integer as day
        from presence_cells where journey_id = j.id) p
      where not j.is_close group by day
    ) d on true
    order by d.first_day`);
}

export type ItineraryRow = {
  is_mine: boolean;
  is_close: boolean;
  first_day: string | null;
  last_day: string | null;
  cells: number[] | null;
};
