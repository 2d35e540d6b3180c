import { addDays } from '../../../../src/lib/days.ts';
import { addMarker, changeJourney, createJourney, importPlan, markerAt } from './deeds.ts';
import { createRider, type Rider } from './riders.ts';
import type { Scene } from './scene.ts';
import { type Asked, clock, mustBoth, same } from './twins.ts';

/** Somebody who asks, with what is theirs: the same in both worlds. */
export type Stranger = { rider: Rider; journeyIds: string[]; markers: { journeyId: string; id: string }[] };

const howMany = 6;

/** Who rides where the victims do: each has a planned line there, and a journey of markers that can be moved about. */
export async function createStrangers(scene: Scene): Promise<Stranger[]> {
  const strangers: Stranger[] = [];
  for (let n = 0; n < howMany; n += 1) {
    const rider = await createRider(scene.newId, { name: `Stranger ${n}`, ridersNear: n < 2 ? 'weekly' : 'never' });
    const today = new Date(clock.nowMs).toISOString().slice(0, 10);
    const visibility = n % 2 === 0 ? 'discoverable' : 'public';
    const routed = await createJourney(rider, scene, same({ name: 'Route', visibility }));
    const starts_on = addDays(today, 4 + Math.floor(scene.roll() * 5));
    await importPlan(rider, routed, same(scene.way(scene.between(60, 300))));
    await changeJourney(rider, routed, same({ starts_on, daily_distance_m: Math.round(scene.between(3e4, 1e5)) }));
    const roaming = await createJourney(rider, scene, same({ name: 'Roaming', visibility: 'discoverable' }));
    const estimated_time = scene.momentIn(scene.someBucket, rider, roaming);
    const markers = [];
    for (const cell of [scene.heart, scene.cell()]) {
      const marker = markerAt(scene.placeIn(cell), { estimated_time });
      markers.push({ journeyId: roaming, id: await addMarker(rider, scene, roaming, same(marker)) });
    }
    strangers.push({ rider, journeyIds: [routed, roaming], markers });
  }
  return strangers;
}

/** A key for scripts, by which a stranger may ask as well. */
export async function createKey({ rider }: Stranger): Promise<string> {
  const scopes = ['profile:read', 'profile:write', 'journeys:read', 'journeys:write', 'discovery:read'];
  const [{ text }] = await mustBoth(same(await askedBy(rider, 'POST', '/v1/api-keys', { name: 'Script', scopes })));
  return JSON.parse(text).token;
}

async function askedBy(rider: Rider, method: string, target: string, body: unknown): Promise<Asked> {
  const headers = { Authorization: `Bearer ${await rider.token()}`, 'Content-Type': 'application/json' };
  return { method, target, headers, body: JSON.stringify(body) };
}
