import { cellCentre, cellEastOf } from '../../src/lib/grid.ts';
import { anyOperation } from './any-operation.ts';
import { addressOf, createRider, type Rider } from './riders.ts';
import type { Scene } from './scene.ts';
import type { Stranger } from './strangers.ts';
import { type Asked, clock } from './twins.ts';

export type Stage = {
  scene: Scene;
  strangers: readonly Stranger[];
  /** Who may do less: nobody, a guest, a minor, a script. */
  others: readonly (() => Promise<string | undefined>)[];
  /** Who may be logged out, renamed or deleted. */
  expendable: { rider: Rider; left: number };
  /** What answers have brought, to be used again. */
  cursors: { target: string; cursor: string }[];
  keys: string[];
};

/** What a stranger asks next; `label` is the operation's id, with what is special about it. */
export type Wish = Asked & { label: string };

type Maker = (stage: Stage) => Promise<Wish>;

const json = { 'Content-Type': 'application/json' };
const strangerOf = ({ scene, strangers }: Stage): Stranger => {
  const stranger = strangers[Math.floor(scene.roll() * strangers.length)];
  if (!stranger) throw new Error('nobody is there');
  return stranger;
};
const bearer = async (rider: Rider) => ({ Authorization: `Bearer ${await rider.token()}` });
const pick = <T>({ scene }: Stage, items: readonly T[]): T | undefined =>
  items[Math.floor(scene.roll() * items.length)];
const chance = ({ scene }: Stage, share: number): boolean => scene.roll() < share;
const dayAfter = (days: number): string => new Date(clock.nowMs + days * 86_400_000).toISOString().slice(0, 10);

/** Around the region, sometimes at the very edge of a cell. */
function somewhere(stage: Stage): [number, number] {
  const { scene } = stage;
  if (chance(stage, 0.6)) return [...scene.placeIn(scene.cell())] as [number, number];
  const [longitude, latitude] = cellCentre(cellEastOf(scene.cell(), chance(stage, 0.5) ? 1 : -1));
  return [Number(longitude.toFixed(7)), Number((latitude + scene.oneOf([0, 0.1125, -0.1125])).toFixed(7))];
}

function sometime(stage: Stage): string {
  const { scene } = stage;
  return new Date(clock.nowMs + scene.between(-6, 25) * 86_400_000).toISOString();
}

function conditions(stage: Stage): Record<string, string> {
  const { scene } = stage;
  const tag = () => scene.oneOf(['"1"', '"2"', '"3"', '"4"', 'W/"1"', '*', '"1", "5"']);
  return {
    ...(chance(stage, 0.2) && { 'If-Match': tag() }),
    ...(chance(stage, 0.2) && { 'If-None-Match': tag() }),
    ...(chance(stage, 0.15) && { 'Idempotency-Key': pick(stage, stage.keys) ?? 'first' }),
  };
}

const listEncounters: Maker = async (stage) => {
  const { scene } = stage;
  const { rider, journeyIds } = strangerOf(stage);
  const query = new URLSearchParams();
  if (chance(stage, 0.7))
    query.set('radius_m', String(scene.oneOf([25_000, 50_000, 100_000, Math.round(scene.between(25_000, 500_000))])));
  if (chance(stage, 0.6)) query.set('window_days', String(scene.oneOf([0, 1, 3, 7, 30, 366])));
  if (chance(stage, 0.15)) query.set('when', scene.oneOf(['any', 'window']));
  if (chance(stage, 0.3)) query.set('limit', String(Math.floor(scene.between(1, 51))));
  const target = `/v1/journeys/${pick(stage, journeyIds)}/nearby?${query}`;
  return { label: 'listEncounters', method: 'GET', target, headers: await bearer(rider) };
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
  return { label: 'createMarkers: own', method: 'POST', target, headers, body: JSON.stringify(body) };
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
  const key = pick(stage, stage.keys) ?? 'first';
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

/** What can be asked of a journey, a marker or a rider that is not one's own. */
const ofVictims: readonly ((stage: Stage) => { label: string; target: string })[] = [
  (stage) => ({ label: 'getUser', target: `/v1/users/${pick(stage, stage.scene.victims)?.id}` }),
  (stage) => {
    const target = `/v1/users/${pick(stage, stage.scene.victims)?.id}/journeys`;
    const known = pick(stage, stage.cursors);
    if (known && chance(stage, 0.3))
      return { label: 'listUserJourneys: cursor', target: `${known.target}?limit=1&cursor=${known.cursor}` };
    return {
      label: 'listUserJourneys',
      target: chance(stage, 0.7) ? `${target}?limit=${stage.scene.oneOf([1, 2, 3])}` : target,
    };
  },
  (stage) => ({
    label: 'getUserActiveJourney',
    target: `/v1/users/${pick(stage, stage.scene.victims)?.id}/journeys/active`,
  }),
  (stage) => ({ label: 'getJourney', target: `/v1/journeys/${pick(stage, stage.scene.journeyIds)}` }),
  (stage) => {
    const { oneOf, journeyIds } = stage.scene;
    const query = oneOf([
      '',
      '?as=past',
      '?max_points=10',
      '?tolerance_m=500',
      '?as=plan&max_points=100&tolerance_m=50',
    ]);
    return { label: 'getRoute', target: `/v1/journeys/${pick(stage, journeyIds)}/route${query}` };
  },
  (stage) => ({ label: 'getJourneyStats', target: `/v1/journeys/${pick(stage, stage.scene.journeyIds)}/stats` }),
  (stage) => {
    const { oneOf, journeyIds } = stage.scene;
    const query = oneOf(['', '?limit=1', '?marker_type=plan', '?bbox=-180,-90,180,90']);
    return { label: 'listMarkers', target: `/v1/journeys/${pick(stage, journeyIds)}/markers${query}` };
  },
  (stage) => {
    const { journeyId, markerId } = pick(stage, stage.scene.markerIds) ?? {};
    return { label: 'getMarker', target: `/v1/journeys/${journeyId}/markers/${markerId}` };
  },
  (stage) => ({
    label: 'listEncounters: theirs',
    target: `/v1/journeys/${pick(stage, stage.scene.journeyIds)}/nearby`,
  }),
];

const readVictim: Maker = async (stage) => {
  const { label, target } = stage.scene.oneOf([(ofVictims[0] ?? fail)(stage), ...ofVictims.map((make) => make(stage))]);
  return {
    label,
    method: 'GET',
    target,
    headers: { ...(await bearer(strangerOf(stage).rider)), ...conditions(stage) },
  };
};

function fail(): never {
  throw new Error('nothing to ask');
}

const writeVictim: Maker = async (stage) => {
  const { scene } = stage;
  const id = pick(stage, scene.journeyIds);
  const { journeyId, markerId } = pick(stage, scene.markerIds) ?? {};
  const marker = { name: 'Mine', marker_type: 'plan', coordinates: { type: 'Point', coordinates: somewhere(stage) } };
  const [label, method, target, body] = scene.oneOf<readonly [string, string, string, unknown?]>([
    ['updateJourney', 'PATCH', `/v1/journeys/${id}`, { name: 'Mine' }],
    ['deleteJourney', 'DELETE', `/v1/journeys/${id}`],
    ['activateJourney', 'POST', `/v1/journeys/${id}/activate`],
    ['completeJourney', 'POST', `/v1/journeys/${id}/complete`],
    ['createMarkers', 'POST', `/v1/journeys/${id}/markers`, marker],
    ['updateMarker', 'PATCH', `/v1/journeys/${journeyId}/markers/${markerId}`, { name: 'Mine' }],
    ['deleteMarker', 'DELETE', `/v1/journeys/${journeyId}/markers/${markerId}`],
  ]);
  // The strangers' own are among them, and stay: whoever asks here has none.
  const headers = { ...(await bearer(stage.expendable.rider)), ...json, ...conditions(stage) };
  return {
    label: `${label}: theirs`,
    method,
    target,
    headers,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  };
};

const anything: Maker = async (stage) => {
  const { scene } = stage;
  const { operation, isOnAccount, ...wish } = anyOperation(scene, addressOf);
  const other = pick(stage, stage.others);
  const token =
    isOnAccount || chance(stage, 0.5)
      ? await stage.expendable.rider.token()
      : chance(stage, 0.4) && other
        ? await other()
        : operation.method === 'GET'
          ? await strangerOf(stage).rider.token()
          : await stage.expendable.rider.token();
  const headers = { ...wish.headers, ...(token && { Authorization: `Bearer ${token}` }), ...conditions(stage) };
  return { label: `${operation.id}: any`, ...wish, headers };
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
];
const totalWeight = makers.reduce((sum, [weight]) => sum + weight, 0);

const usesOfAnAccount = 25;

/** The next thing that a stranger asks. */
export async function nextWish(stage: Stage): Promise<Wish> {
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
