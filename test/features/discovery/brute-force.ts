import {
  bandOf,
  bucketSpan,
  bucketsWithin,
  type Days,
  reachesOf,
} from '../../../src/features/discovery/encounter.rules.ts';
import { gapM } from '../../../src/lib/grid.ts';
import { sql } from '../../support/db.ts';

type Presence = { cell: number; bucket: number };
export type Expected = { journeyId: string; bandM: number; theirDays: Days | undefined };

export async function presenceOf(journeyId: string): Promise<Presence[]> {
  const rows = await sql`select cell, bucket from presence_cells where journey_id = ${journeyId} order by cell, bucket`;
  return rows.map(({ cell, bucket }) => ({ cell, bucket }));
}

type Pair = { reach: number; apart: number; mine: number; theirs: number };

const isBefore = (a: Pair, b: Pair): boolean =>
  a.reach < b.reach || (a.reach === b.reach && (a.apart - b.apart || a.mine - b.mine || a.theirs - b.theirs) < 0);

/** Compares every pair of rows of two abstractions one by one: the result that the SQL statement has to equal. */
export function bestMeeting(
  mine: Presence[],
  theirs: Presence[],
  radiusM: number,
  windowDays: number | 'any',
): Pair | undefined {
  let best: Pair | undefined;
  for (const a of mine) {
    for (const b of theirs) {
      const apart = windowDays === 'any' ? 0 : Math.abs(a.bucket - b.bucket);
      const reach = reachesOf(radiusM).find((m) => gapM(a.cell, b.cell) < m);
      if (reach === undefined) continue;
      const pair = { reach, apart, mine: windowDays === 'any' ? -1 : a.bucket, theirs: b.bucket };
      const isInTime = windowDays === 'any' || (a.bucket >= 0 && b.bucket >= 0 && apart <= bucketsWithin(windowDays));
      if (isInTime && (!best || isBefore(pair, best))) best = pair;
    }
  }
  return best;
}

export function expectedOf(journeyId: string, pair: Pair): Expected {
  return { journeyId, bandM: bandOf(pair.reach), theirDays: bucketSpan(pair.theirs) };
}
