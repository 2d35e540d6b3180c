import { addLongLines, pointOn } from '../../../test/features/privacy/long-lines.ts';
import { addJourneys, addLines, addMarkers } from '../../../test/features/usage/full-account.ts';
import { sql } from '../../../test/support/db.ts';
import { createJourney, createRider, type LonLat } from '../../../test/support/factories.ts';

export const zoneAt = (coordinates: LonLat) => ({
  name: 'Home',
  coordinates: { type: 'Point', coordinates },
  radius_m: 20_000,
});

const wests = [-30, 40] as const;
const maxZones = 20;
const visibleJourneys = 20;

/**
 * A rider with the most that `docs/limits.md` allows at once: 20 visible journeys, two of them with a million points, the
 * others with lines and markers, and all zones but one, along the lines.
 */
export async function createFullRider() {
  const rider = await createRider();
  const schedule = { starts_on: '2027-06-01', daily_distance_m: 60_000 };
  const long = [];
  for (const west of wests) long.push({ ...(await createJourney(rider, schedule)), west });
  await addLongLines(long, 4);
  const others = await addJourneys(rider, visibleJourneys - long.length, 'public');
  for (const id of others.slice(0, 4)) await addMarkers(id, 9_990);
  for (const id of others.slice(4, 8)) await addLines(id, 990);
  for (let n = 0; n < maxZones - 1; n += 1) {
    const { status, text } = await rider.post('/v1/me/privacy-zones', zoneAt(pointOn(wests[n % 2] ?? 0, n / 5)));
    if (status !== 201) throw new Error(`the zone was not set: ${text}`);
  }
  await sql`update journeys set visibility = 'public' where owner_id = ${rider.id}`;
  const [first = { id: '', west: 0 }, second = { id: '', west: 0 }] = long;
  return { rider, first: first.id, second: second.id, withMarkers: others[0] ?? '', withLines: others[4] ?? '' };
}
