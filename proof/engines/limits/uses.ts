import { pointOn } from '../../../test/features/privacy/long-lines.ts';
import type { Answer } from '../../../test/support/app.ts';
import { createRider, gpxOf } from '../../../test/support/factories.ts';
import { createFullRider, zoneAt } from './account.ts';

/** A call, with its name in a finding. */
type Use = { name: string; call: () => Promise<Answer> };

const file = gpxOf([
  [8, 47],
  [8.5, 47],
]);
const asGpx = { headers: { 'Content-Type': 'application/gpx+xml' } };
const marker = { name: 'Camp', marker_type: 'plan', coordinates: { type: 'Point', coordinates: pointOn(40, 0.5) } };

/** A journey that is still being published, or that is too long for the radius, finds nobody: that is no timeout. */
export const isAnswered = ({ status, text }: Answer): boolean =>
  status < 300 || (status === 409 && text.includes('"discovery.'));

/** Everything that costs work which grows with what a rider owns. The calls run one after the other. */
export async function createUses(): Promise<Use[]> {
  const [{ rider, first, second, withMarkers, withLines }, stranger] = [await createFullRider(), await createRider()];
  const path = (id: string) => `/v1/journeys/${id}`;
  const zoneId = crypto.randomUUID();
  const zone = `/v1/me/privacy-zones/${zoneId}`;
  return [
    {
      name: 'set a zone',
      call: () => rider.post('/v1/me/privacy-zones', { id: zoneId, ...zoneAt(pointOn(40, 2.5)) }),
    },
    { name: 'move a zone', call: () => rider.patch(zone, { coordinates: zoneAt(pointOn(40, 1.5)).coordinates }) },
    { name: 'begin a day later', call: () => rider.patch(path(first), { starts_on: '2027-06-02' }) },
    { name: 'hide a journey', call: () => rider.patch(path(first), { visibility: 'private' }) },
    { name: 'show a journey', call: () => rider.patch(path(first), { visibility: 'public' }) },
    { name: 'import a file', call: () => rider.post(`${path(withLines)}/imports?as=plan`, file, asGpx) },
    { name: 'add a marker', call: () => rider.post(`${path(withMarkers)}/markers`, marker) },
    { name: 'list the markers', call: () => rider.get(`${path(withMarkers)}/markers?limit=100`) },
    { name: 'read the own days', call: () => rider.get(`${path(second)}/days?limit=100`) },
    { name: 'read the statistics', call: () => rider.get(`${path(second)}/stats`) },
    { name: 'read the usage', call: () => rider.get('/v1/me/usage') },
    { name: 'see it as others do', call: () => rider.get(`${path(second)}/seen-as?audience=rider&max_points=1000`) },
    { name: 'search', call: () => rider.get(`${path(second)}/nearby?radius_m=500000&window_days=366`) },
    { name: 'read a public route', call: () => stranger.get(`${path(second)}/route?max_points=1000`) },
    { name: 'save a journey as a file', call: () => rider.get(`${path(second)}/export.geojson`) },
    { name: 'read a public itinerary', call: () => stranger.get(`${path(second)}/itinerary`) },
    { name: 'delete a zone', call: () => rider.delete(zone) },
    { name: 'delete a journey', call: () => rider.delete(path(second)) },
    { name: 'delete the account', call: () => rider.delete('/v1/me') },
  ];
}
