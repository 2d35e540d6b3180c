import { bearer, chance, conditions, json, type Maker, pick, type Stage, somewhere, strangerOf } from './stage.ts';

/** What can be asked of a journey, a marker or a rider that is not one's own. */
type Read = (stage: Stage) => { label: string; target: string };

const listJourneys: Read = (stage) => {
  const target = `/v1/users/${pick(stage, stage.scene.victims)?.id}/journeys`;
  const known = pick(stage, stage.cursors);
  if (known && chance(stage, 0.3))
    return { label: 'listUserJourneys: cursor', target: `${known.target}?limit=1&cursor=${known.cursor}` };
  return {
    label: 'listUserJourneys',
    target: chance(stage, 0.7) ? `${target}?limit=${stage.scene.oneOf([1, 1, 2])}` : target,
  };
};

const getJourney: Read = (stage) => ({
  label: 'getJourney',
  target: `/v1/journeys/${pick(stage, stage.scene.journeyIds)}`,
});

const getRoute: Read = (stage) => {
  const { oneOf, journeyIds, publicLineIds } = stage.scene;
  const id = pick(stage, chance(stage, 0.7) ? publicLineIds : journeyIds);
  const query = oneOf(['', '?as=past', '?max_points=10', '?tolerance_m=500', '?as=plan&max_points=100&tolerance_m=50']);
  return { label: 'getRoute', target: `/v1/journeys/${id}/route${query}` };
};

const getItinerary: Read = (stage) => ({
  label: 'getItinerary',
  target: `/v1/journeys/${pick(stage, chance(stage, 0.7) ? stage.scene.publicLineIds : stage.scene.journeyIds)}/itinerary`,
});

const ofVictims: readonly [Read, ...Read[]] = [
  (stage) => ({ label: 'getUser', target: `/v1/users/${pick(stage, stage.scene.victims)?.id}` }),
  listJourneys,
  listJourneys,
  (stage) => ({
    label: 'getUserActiveJourney',
    target: `/v1/users/${pick(stage, stage.scene.victims)?.id}/journeys/active`,
  }),
  getJourney,
  getJourney,
  getRoute,
  getRoute,
  getItinerary,
  getItinerary,
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

/** Reads something of a victim's, which may be theirs alone. */
export const readVictim: Maker = async (stage) => {
  const { label, target } = stage.scene.oneOf(ofVictims)(stage);
  return {
    label,
    method: 'GET',
    target,
    headers: { ...(await bearer(strangerOf(stage).rider)), ...conditions(stage) },
  };
};

/** Tries to change it. */
export const writeVictim: Maker = async (stage) => {
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
