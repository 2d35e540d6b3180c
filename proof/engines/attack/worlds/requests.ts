import { anyOperation } from './any-operation.ts';
import { useControl } from './controls.ts';
import { readVictim, writeVictim } from './requests-of-victims.ts';
import { addressOf, createRider } from './riders.ts';
import {
  bearer,
  chance,
  conditions,
  dayAfter,
  json,
  type Maker,
  pick,
  type Stage,
  type StrangerRequest,
  sometime,
  somewhere,
  strangerOf,
} from './stage.ts';

const listEncounters: Maker = async (stage) => {
  const { scene } = stage;
  const by = strangerOf(stage);
  const { rider, journeyIds } = by;
  const query = new URLSearchParams();
  if (chance(stage, 0.7))
    query.set('radius_m', String(scene.oneOf([25_000, 50_000, 100_000, Math.round(scene.between(25_000, 500_000))])));
  if (chance(stage, 0.6)) query.set('window_days', String(scene.oneOf([0, 1, 3, 7, 30, 366])));
  if (chance(stage, 0.15)) query.set('when', scene.oneOf(['any', 'window']));
  if (chance(stage, 0.3)) query.set('limit', String(Math.floor(scene.between(1, 51))));
  const target = `/v1/journeys/${pick(stage, journeyIds)}/nearby?${query}`;
  return { label: 'listEncounters', method: 'GET', target, headers: await bearer(rider), by };
};

const moveMarker: Maker = async (stage) => {
  const stranger = strangerOf(stage);
  const marker = pick(stage, stranger.markers);
  const body = {
    coordinates: { type: 'Point', coordinates: somewhere(stage) },
    ...(chance(stage, 0.5) && { estimated_time: sometime(stage) }),
  };
  const target = `/v1/journeys/${marker?.journeyId}/markers/${marker?.id}`;
  const headers = { ...(await bearer(stranger.rider)), ...json, ...conditions(stage) };
  return { label: 'updateMarker: own', method: 'PATCH', target, headers, body: JSON.stringify(body) };
};

const addMarker: Maker = async (stage) => {
  const stranger = strangerOf(stage);
  const journeyId = stranger.journeyIds[1] ?? '';
  const isTaken = chance(stage, 0.1);
  const id = (isTaken && pick(stage, stage.scene.markerIds)?.markerId) || stage.scene.newId();
  if (!isTaken && stranger.markers.length < 6) stranger.markers.push({ journeyId, id });
  const coordinates = { type: 'Point', coordinates: somewhere(stage) };
  const body = { id, name: 'Here', marker_type: 'plan', coordinates, estimated_time: sometime(stage) };
  const headers = { ...(await bearer(stranger.rider)), ...json, ...conditions(stage) };
  const target = `/v1/journeys/${journeyId}/markers`;
  return { label: 'createMarker: own', method: 'POST', target, headers, body: JSON.stringify(body) };
};

const changeJourney: Maker = async (stage) => {
  const { scene } = stage;
  const { rider, journeyIds } = strangerOf(stage);
  const body = scene.oneOf<Record<string, unknown>>([
    { starts_on: dayAfter(Math.floor(scene.between(-3, 20))) },
    { daily_distance_m: Math.round(scene.between(10_000, 200_000)) },
    { visibility: scene.oneOf(['discoverable', 'public', 'discoverable', 'private']) },
  ]);
  const target = `/v1/journeys/${pick(stage, journeyIds)}`;
  const headers = { ...(await bearer(rider)), ...json, ...conditions(stage) };
  return { label: 'updateJourney: own', method: 'PATCH', target, headers, body: JSON.stringify(body) };
};

const createJourney: Maker = async (stage) => {
  const { rider } = stage.expendable;
  const id = chance(stage, 0.3) ? pick(stage, stage.scene.journeyIds) : stage.scene.newId();
  const key = pick(stage, stage.idempotencyKeys) ?? 'first';
  const headers = { ...(await bearer(rider)), ...json, ...(chance(stage, 0.7) && { 'Idempotency-Key': key }) };
  const body = JSON.stringify({ ...(chance(stage, 0.6) && { id }), name: stage.scene.oneOf(['One', 'Two']) });
  return { label: 'createJourney', method: 'POST', target: '/v1/journeys', headers, body };
};

const listCrowds: Maker = async (stage) => {
  const { scene } = stage;
  const [longitude, latitude] = somewhere(stage);
  const days = chance(stage, 0.5) ? `&from=${dayAfter(-5)}&to=${dayAfter(Math.floor(scene.between(1, 40)))}` : '';
  const headers = await bearer(strangerOf(stage).rider);
  if (chance(stage, 0.5)) {
    const radius = Math.round(scene.between(25_000, 500_000));
    const target = `/v1/nearby?lon=${longitude}&lat=${latitude}&radius_m=${radius}${days}`;
    return { label: 'listCrowdsNear', method: 'GET', target, headers };
  }
  const [width, height] = [scene.between(0.1, 6), scene.between(0.1, 4)];
  const west = (((longitude - width + 540) % 360) - 180).toFixed(6);
  const east = (((longitude + width + 540) % 360) - 180).toFixed(6);
  const box = [west, Math.max(-90, latitude - height).toFixed(6), east, Math.min(90, latitude + height).toFixed(6)];
  const target = `/v1/discover?bbox=${box.join()}&zoom=${Math.floor(scene.between(2, 12))}${days}`;
  return { label: 'listCrowds', method: 'GET', target, headers };
};

const anything: Maker = async (stage) => {
  const { scene } = stage;
  const { operation, isOnAccount, ...request } = anyOperation(scene, addressOf);
  const other = pick(stage, stage.others);
  const token =
    isOnAccount || chance(stage, 0.5)
      ? await stage.expendable.rider.token()
      : chance(stage, 0.4) && other
        ? await other()
        : operation.method === 'GET'
          ? await strangerOf(stage).rider.token()
          : await stage.expendable.rider.token();
  const headers = { ...request.headers, ...(token && { Authorization: `Bearer ${token}` }), ...conditions(stage) };
  return { label: `${operation.id}: any`, ...request, headers };
};

const makers: readonly [weight: number, make: Maker][] = [
  [38, listEncounters],
  [10, moveMarker],
  [3, addMarker],
  [4, changeJourney],
  [3, createJourney],
  [6, listCrowds],
  [18, readVictim],
  [5, writeVictim],
  [13, anything],
  [8, useControl],
];
const totalWeight = makers.reduce((sum, [weight]) => sum + weight, 0);

const usesOfAnAccount = 25;

/** Makes the next request of a stranger. */
export async function nextRequest(stage: Stage): Promise<StrangerRequest> {
  const { expendable, scene } = stage;
  expendable.left -= 1;
  if (expendable.left < 0) Object.assign(expendable, { rider: await createRider(scene.newId), left: usesOfAnAccount });
  let at = scene.roll() * totalWeight;
  for (const [weight, make] of makers) {
    at -= weight;
    if (at < 0) return await make(stage);
  }
  return await listEncounters(stage);
}
