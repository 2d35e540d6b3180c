import { addDays } from '../../../../src/lib/days.ts';
import { addMarker, changeJourney, createJourney, importPlan, markerAt } from './rider-calls.ts';
import { createRider, type Rider } from './riders.ts';
import type { Scene } from './scene.ts';
import { clock, mustBoth, type SentRequest, same } from './twins.ts';

/** A rider who asks, with their journeys: the same in both worlds. */
export type Stranger = { rider: Rider; journeyIds: string[]; markers: { journeyId: string; id: string }[] };

const strangerCount = 6;

/** Creates riders near the victims. Each has a planned line, and a journey with markers that move during the run. */
export async function createStrangers(scene: Scene): Promise<Stranger[]> {
  const strangers: Stranger[] = [];
  for (let n = 0; n < strangerCount; n += 1) {
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
    for (const cell of [scene.middleCell, scene.cell()]) {
      const marker = markerAt(scene.placeIn(cell), { estimated_time });
      markers.push({ journeyId: roaming, id: await addMarker(rider, scene, roaming, same(marker)) });
    }
    strangers.push({ rider, journeyIds: [routed, roaming], markers });
  }
  return strangers;
}

/** Creates an API key of a stranger. */
export async function createApiKey({ rider }: Stranger): Promise<string> {
  const scopes = ['profile:read', 'profile:write', 'journeys:read', 'journeys:write', 'discovery:read'];
  const [{ text }] = await mustBoth(same(await requestBy(rider, 'POST', '/v1/api-keys', { name: 'Script', scopes })));
  return JSON.parse(text).token;
}

async function requestBy(rider: Rider, method: string, target: string, body: unknown): Promise<SentRequest> {
  const headers = { Authorization: `Bearer ${await rider.token()}`, 'Content-Type': 'application/json' };
  return { method, target, headers, body: JSON.stringify(body) };
}
