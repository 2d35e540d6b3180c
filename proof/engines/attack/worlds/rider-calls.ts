import { gpxOf, type LonLat } from '../../../../test/support/factories.ts';
import type { Rider } from './riders.ts';
import type { Scene } from './scene.ts';
import { type Both, mustBoth, type SentRequest, same } from './twins.ts';

type Fields = Readonly<Record<string, unknown>>;

const mapBoth = <T, U>([one, other]: Both<T>, change: (side: T) => U): Both<U> => [change(one), change(other)];

async function send(rider: Rider, method: string, target: string, bodies: Both<Fields>): Promise<void> {
  const headers = { Authorization: `Bearer ${await rider.token()}`, 'Content-Type': 'application/json' };
  await mustBoth(mapBoth(bodies, (body): SentRequest => ({ method, target, headers, body: JSON.stringify(body) })));
}

/** Creates a journey whose id strangers know. */
export async function createJourney(rider: Rider, scene: Scene, fields: Both<Fields>): Promise<string> {
  const id = scene.newId();
  scene.journeyIds.push(id);
  await send(
    rider,
    'POST',
    '/v1/journeys',
    mapBoth(fields, (own) => ({ id, name: 'A journey', ...own })),
  );
  return id;
}

export const createZone = (rider: Rider, scene: Scene, [x, y]: LonLat, radiusM: number): Promise<void> => {
  const coordinates = { type: 'Point', coordinates: [Number(x.toFixed(6)), Number(y.toFixed(6))] };
  return send(
    rider,
    'POST',
    '/v1/me/privacy-zones',
    same({ id: scene.newId(), name: 'Home', coordinates, radius_m: radiusM }),
  );
};

export const changeJourney = (rider: Rider, id: string, changes: Both<Fields>): Promise<void> =>
  send(rider, 'PATCH', `/v1/journeys/${id}`, changes);

export async function changeStatus(
  rider: Rider,
  id: string,
  actions: Both<'activate' | 'complete' | 'deactivate'>,
): Promise<void> {
  const headers = { Authorization: `Bearer ${await rider.token()}` };
  await mustBoth(mapBoth(actions, (action) => ({ method: 'POST', target: `/v1/journeys/${id}/${action}`, headers })));
}

export const markerAt = (place: LonLat, fields: Fields): Fields => ({
  name: 'Camp',
  marker_type: 'plan',
  coordinates: { type: 'Point', coordinates: place },
  ...fields,
});

export async function addMarker(rider: Rider, scene: Scene, journeyId: string, fields: Both<Fields>): Promise<string> {
  const id = scene.newId();
  scene.markerIds.push({ journeyId, markerId: id });
  await send(
    rider,
    'POST',
    `/v1/journeys/${journeyId}/markers`,
    mapBoth(fields, (own) => ({ id, ...own })),
  );
  return id;
}

export const changeMarker = (rider: Rider, journeyId: string, id: string, changes: Both<Fields>): Promise<void> =>
  send(rider, 'PATCH', `/v1/journeys/${journeyId}/markers/${id}`, changes);

export async function importLine(
  rider: Rider,
  journeyId: string,
  kind: 'plan' | 'past',
  gpx: Both<string>,
): Promise<void> {
  const headers = { Authorization: `Bearer ${await rider.token()}`, 'Content-Type': 'application/gpx+xml' };
  const target = `/v1/journeys/${journeyId}/imports?as=${kind}`;
  await mustBoth(mapBoth(gpx, (body): SentRequest => ({ method: 'POST', target, headers, body })));
}

export const importPlan = (rider: Rider, journeyId: string, lines: Both<readonly LonLat[]>): Promise<void> =>
  importLine(rider, journeyId, 'plan', mapBoth(lines, gpxOf));

/** A ridden track with a point every hour from a given moment. */
export const riddenGpx = (points: readonly LonLat[], fromMs: number): string =>
  `<?xml version="1.0"?><gpx version="1.1" creator="test" xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg>${points
    .map(
      ([longitude, latitude], hour) =>
        `<trkpt lat="${latitude}" lon="${longitude}"><time>${new Date(fromMs + hour * 3_600_000).toISOString()}</time></trkpt>`,
    )
    .join('')}</trkseg></trk></gpx>`;
