import { createJourney, gpxOf, importPlan, type LonLat, type Rider } from '../../support/factories.ts';
import { secretShift } from '../../support/published.ts';

export const dayS = 86_400;

/** A road of 1,300 km to the east. */
export const road = Array.from({ length: 251 }, (_, n): LonLat => [70 + n / 15, 45]);

/** An id whose shift and skew leave room for changes of the plan. */
export function calmJourneyId(rider: Rider): string {
  for (;;) {
    const id = crypto.randomUUID();
    const { shiftS, skew } = secretShift(rider.id, id);
    if (Math.abs(shiftS) < 1.5 * dayS && Math.abs(skew) < 0.2) return id;
  }
}

/** A journey with a planned line that is published with its days. */
export async function plan(rider: Rider, fields: Record<string, unknown> = {}, line: readonly LonLat[] = road) {
  const schedule = { starts_on: '2029-05-01', daily_distance_m: 80_000 };
  const { id } = await createJourney(rider, { visibility: 'public', id: calmJourneyId(rider), ...schedule, ...fields });
  await importPlan(rider, id, gpxOf(line));
  return id;
}
