import { expect, test } from 'vitest';
import { sql } from '../../support/db.ts';
import { createJourney, createRider, gpxOf, importPlan, type LonLat, type Rider } from '../../support/factories.ts';
import { createConnection } from '../connections/connected.ts';
import { pathOf } from '../journeys/journeys.ts';
import { zoneAt } from '../privacy/zones.ts';
import { type Fix, gpx, importFile, type Kind, partsOf, readRoute, track } from '../tracks/lines.ts';

const hourMs = 3_600_000;

/** A ride that ended ten hours ago, in two parts. With `delay_h` 12 its first part is old enough for others. */
const ridden: Fix[] = Array.from({ length: 300 }, (_, n) => [
  100 + n / 60,
  -71,
  100 + (n % 7) / 3,
  new Date(Date.now() - (10 + (299 - n) / 30) * hourMs).toISOString(),
]);

const measured = '<extensions><power>250</power><TrackPointExtension><hr>120</hr></TrackPointExtension></extensions>';

/** Ben's journey with a plan, a ride, markers and a privacy zone on the ride. Anna is connected by it. */
async function createScene() {
  const scene = await createConnection();
  const { ben, id, path } = scene;
  await ben.put('/v1/me/consents/heart_rate', { statement_version: 1 });
  const ride = gpx(track([ridden.slice(0, 100), ridden.slice(100)], 'From the door of my house'));
  await importFile(ben, id, ride.replaceAll('</trkpt>', `${measured}</trkpt>`), 'past');
  await sql`update tracks set created_at = created_at - interval '20 hours' where journey_id = ${id} and kind = 'past'`;
  const place = { type: 'Point', coordinates: [102, -71] };
  for (const marker_type of ['plan', 'past'])
    await ben.post(`${path}/markers`, { name: 'Secret camp', notes: 'in the barn', marker_type, coordinates: place });
  await ben.post('/v1/me/privacy-zones', zoneAt([101, -71], { radius_m: 5_000 }));
  await ben.patch(path, { delay_h: 12 });
  return { ...scene, stranger: await createRider() };
}
type Scene = Awaited<ReturnType<typeof createScene>>;

type Line = { geometry: { coordinates: number[][][] }; properties: Record<string, unknown> };

const linesOf = async (viewer: Rider, id: string): Promise<Line[]> =>
  (await viewer.get(`${pathOf(id)}/export.geojson`)).json.features;

const routeOf = async (viewer: Rider, id: string, kind: Kind) =>
  (await readRoute(viewer, id, `?as=${kind}`)).map(partsOf);

/** The points of a GPX file, in the form of GeoJSON. */
const tracksIn = (file: string): number[][][][] =>
  file
    .split('<trk>')
    .slice(1)
    .map((one) =>
      one
        .split('<trkseg>')
        .slice(1)
        .map((part) =>
          [...part.matchAll(/<trkpt lat="(.+?)" lon="(.+?)">(?:<ele>(.+?)<\/ele>)?/g)].map(([, lat, lon, ele]) =>
            [lon, lat, ...(ele === undefined ? [] : [ele])].map(Number),
          ),
        ),
    );

const grantExact = async ({ ben, connection }: Scene) => {
  expect((await ben.patch(connection, { exact: true })).status).toBe(200);
};
const publish = async ({ ben, path }: Scene) => {
  expect((await ben.patch(path, { visibility: 'public' })).status).toBe(200);
};

test.each<[string, (scene: Scene) => Promise<unknown>, viewer: 'anna' | 'stranger', points: number]>([
  ['a stranger', publish, 'stranger', 50],
  ['a connected rider', publish, 'anna', 50],
  ['a rider who sees the journey exactly', grantExact, 'anna', 100],
  [
    'a rider who sees a public journey exactly',
    async (scene) => {
      await publish(scene);
      await grantExact(scene);
    },
    'anna',
    100,
  ],
])(
  '%s gets the same points in a file as in the route, and no names, times, markers or heart rates [I34, I39]',
  async (_, make, name, least) => {
    const scene = await createScene();
    await make(scene);
    const { ben, id, [name]: viewer } = scene;
    const shown = [...(await routeOf(viewer, id, 'plan')), ...(await routeOf(viewer, id, 'past'))];
    expect(shown).toHaveLength(2);
    for (const parts of shown) expect(parts.flat().length).toBeGreaterThan(least);

    const lines = await linesOf(viewer, id);
    expect(lines.map(({ geometry }) => geometry.coordinates)).toEqual(shown);
    expect(lines.map(({ properties }) => properties)).toEqual([
      { kind: 'plan', name: null, coordTimes: null },
      { kind: 'past', name: null, coordTimes: null },
    ]);
    const everything = '?include=plan,rides,markers,sensors,heart_rate';
    const { text: file } = await viewer.get(`${pathOf(id)}/export.gpx${everything}`);
    expect(tracksIn(file)).toEqual(shown);
    const { text: ownFile } = await ben.get(`${pathOf(id)}/export.gpx${everything}`);
    expect(ownFile.match(/<gpxtpx:hr>120</g)).toHaveLength(ridden.length);
    expect(file).not.toMatch(/<extensions>|<time>|<wpt|<desc>|door of my house|Secret camp/);
    expect([...file.matchAll(/<name>/g)]).toHaveLength(1);

    const own = [...(await routeOf(ben, id, 'plan')), ...(await routeOf(ben, id, 'past'))];
    expect((await linesOf(ben, id)).slice(2).map(({ geometry }) => geometry.coordinates)).toEqual(own);
    expect(own.flat(2).length).toBeGreaterThan(shown.flat(2).length);
  },
);

test('a stranger gets a line across the antimeridian within 180 degrees, cut in GeoJSON as in the route', async () => {
  const [rider, stranger] = [await createRider(), await createRider()];
  const { id } = await createJourney(rider, { visibility: 'public' });
  const road = Array.from({ length: 61 }, (_, n): LonLat => [179 + n / 30 - (n > 30 ? 360 : 0), 65 + (n % 3) / 1_000]);
  await importPlan(rider, id, gpxOf(road));
  const [line] = await linesOf(stranger, id);
  const shown = await routeOf(stranger, id, 'plan');
  expect(shown[0]).toHaveLength(2);
  expect([line?.geometry.coordinates]).toEqual(shown);
  const longitudes = tracksIn((await stranger.get(`${pathOf(id)}/export.gpx`)).text)
    .flat(2)
    .map(([longitude]) => longitude);
  expect(longitudes.length).toBeGreaterThan(50);
  for (const longitude of longitudes) expect(Math.abs(longitude ?? 999)).toBeLessThanOrEqual(180);
});

test.each<[string, (scene: Scene) => Promise<unknown>, viewer: 'anna' | 'stranger']>([
  ['a stranger to a discoverable journey', async () => undefined, 'stranger'],
  ['a connected rider to a discoverable journey', async () => undefined, 'anna'],
  [
    'a rider whom its owner has blocked, to a public journey',
    async (scene) => {
      await publish(scene);
      await scene.ben.post('/v1/blocks', { named_by: 'user_id', user_id: scene.stranger.id });
    },
    'stranger',
  ],
  [
    'a rider who saw it exactly, after the journey is private',
    async (scene) => {
      await grantExact(scene);
      await scene.ben.patch(scene.path, { visibility: 'private' });
    },
    'anna',
  ],
])('%s gets no file [I35]', async (_, make, name) => {
  const scene = await createScene();
  await make(scene);
  for (const format of ['gpx', 'geojson']) {
    const answer = await scene[name].get(`${scene.path}/export.${format}`);
    expect([answer.status, answer.json.code]).toEqual([404, 'journeys.not_found']);
  }
});

test('a journey that is being published shows others an empty file, and its owner the whole [I37]', async () => {
  const scene = await createScene();
  await publish(scene);
  const { ben, stranger, id, path } = scene;
  expect(await linesOf(stranger, id)).toHaveLength(2);
  await sql`update journeys set publishing_since = ${new Date().toISOString()} where id = ${id}`;
  expect(await linesOf(stranger, id)).toEqual([]);
  expect((await stranger.get(`${path}/export.gpx`)).text).not.toContain('<trk>');
  expect(await linesOf(ben, id)).toHaveLength(4);
});
