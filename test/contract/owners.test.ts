import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { sql } from '../support/db.ts';
import { createJourney, createRider, gpxOf, importPlan, type Rider } from '../support/factories.ts';
import { distinguishable, send } from './calls.ts';
import { byId } from './document.ts';
import { expectDeclared, expectProblem } from './expectations.ts';
import type { Example } from './operations/entry.ts';
import { entryOf, examplesWhere, prepare } from './register.ts';

/** Operations whose path begins with a journey. */
const ofJourneys = examplesWhere(({ path }) => path.startsWith('/v1/journeys/{id}')).filter(
  (name) => !name.includes(':'),
);
/** Operations whose path also names a thing of the journey, with its parameter and the code of an unknown one. */
const ofThings = (['marker', 'track', 'import'] as const).flatMap((kind) =>
  ofJourneys
    .filter((id) => byId(id).path.includes(`{${kind}_id}`))
    .map((id) => [id, kind, `${kind}_id`, `${kind}s.not_found`] as const),
);

type Owned = { owner: Rider; id: string; marker_id: string; track_id: string; import_id: string };

/** A private journey with a marker, a plan and a ride. */
async function createOwned(fields: Record<string, unknown> = {}): Promise<Owned> {
  const owner = await createRider();
  const { id } = await createJourney(owner, { starts_on: '2027-06-01', daily_distance_m: 50_000, ...fields });
  const marker = { name: 'Home', marker_type: 'plan', coordinates: { type: 'Point', coordinates: [16.4, 48.2] } };
  const { json } = await owner.post(`/v1/journeys/${id}/markers`, marker);
  await importPlan(
    owner,
    id,
    gpxOf([
      [16.4, 48.2],
      [16.5, 48.3],
      [17.5, 48.9],
    ]),
  );
  const { json: lines } = await owner.get(`/v1/journeys/${id}/tracks`);
  const [line] = lines.items;
  return { owner, id, marker_id: json.id, track_id: line.id, import_id: line.import_id };
}

const idsOf = ({ id, marker_id, track_id, import_id }: Owned) => ({ id, marker_id, track_id, import_id });

/** All rows of a rider that a call could change. */
async function everythingOf({ owner, id }: Owned): Promise<unknown> {
  return await sql.transaction([
    sql`select * from users where id = ${owner.id}`,
    sql`select * from journeys where owner_id = ${owner.id} order by id`,
    sql`select * from markers where journey_id = ${id} order by id`,
    sql`select * from tracks where journey_id = ${id} order by id`,
    sql`select * from imports where journey_id = ${id} order by id`,
    sql`select * from presence_cells where journey_id = ${id} order by cell, bucket`,
  ]);
}

let anna: Owned;
let ben: Owned;
let before: unknown;

beforeAll(async () => {
  anna = await createOwned();
  before = await everythingOf(anna);
});

// The examples make and show more journeys, and send more calls, than one rider may in all tests together.
beforeEach(async () => {
  ben = await createOwned();
});

/** Ben makes a call that succeeds for the owner of the named things. */
async function benCalls(name: string, params: Record<string, string>) {
  const { operation, example } = await prepare(name, ben.owner);
  const called: Example = { ...example, params };
  return { operation, answer: await send(operation, called, ben.owner) };
}

test('every operation on a journey has its row, so that its owner check is tested', () => {
  expect(ofJourneys).toEqual(examplesWhere((_, { row }) => row !== undefined).filter((name) => !name.includes(':')));
});

describe("another rider's journey", () => {
  test.each(ofJourneys.map((id) => [id, entryOf(id).row] as const))(
    "%s on another rider's journey answers 404, equal to a random id, and changes nothing [%s, H10, I33]",
    async (name) => {
      const [id, other] = [crypto.randomUUID(), crypto.randomUUID()];
      const random = { id, marker_id: other, track_id: other, import_id: other };
      const { operation, answer: absent } = await benCalls(name, random);
      expectProblem(operation, absent, 404);
      const hers = [
        idsOf(anna),
        Object.fromEntries(Object.entries(idsOf(anna)).map(([key, value]) => [key, value.toUpperCase()])),
        { ...random, id: anna.id },
      ];
      for (const params of hers) {
        const { answer } = await benCalls(name, params);
        expect(distinguishable(answer)).toEqual(distinguishable(absent));
      }
      expect(await everythingOf(anna)).toEqual(before);
    },
  );

  test.each(ofThings)(
    "%s on another rider's %s through one's own journey answers 404, equal to a random id [I8]",
    async (name, _, parameter, code) => {
      const { operation, answer: absent } = await benCalls(name, { id: ben.id, [parameter]: crypto.randomUUID() });
      expectProblem(operation, absent, 404, code);
      const { answer } = await benCalls(name, { id: ben.id, [parameter]: anna[parameter] });
      expect(distinguishable(answer)).toEqual(distinguishable(absent));
      const { answer: crossed } = await benCalls(name, { id: anna.id, [parameter]: ben[parameter] });
      expect(crossed.status).toBe(404);
      expect(await everythingOf(anna)).toEqual(before);
    },
  );

  test("a batch with the id of another rider's marker makes markers of one's own, equal to a new id [I14]", async () => {
    const { operation, example } = await prepare('createMarkers', ben.owner);
    const { markers } = example.body as { markers: object[] };
    const [first, second] = [crypto.randomUUID(), crypto.randomUUID()];
    const create = async (id: string) => {
      const body = { markers: [first, id].map((each) => ({ ...markers[0], id: each })) };
      const { status, text } = await send(operation, { ...example, body }, ben.owner);
      return { status, text: text.replaceAll(id, 'id').replaceAll(/"(created|updated)_at":"[^"]+"/g, '') };
    };
    expect(await create(anna.marker_id)).toEqual(await create(second));
    expect(await everythingOf(anna)).toEqual(before);
  });

  test("a journey created with another rider's id is refused and changes nothing [I2]", async () => {
    const { operation, example } = await prepare('createJourney', ben.owner);
    for (const id of [anna.id, anna.id.toUpperCase()]) {
      const body = { ...(example.body as object), id };
      expectProblem(operation, await send(operation, { ...example, body }, ben.owner), 409, 'journeys.id_taken');
    }
    expect(await everythingOf(anna)).toEqual(before);
  });

  test("the list of journeys holds only the rider's own, whatever the query asks for [I6]", async () => {
    for (const query of ['user_id', 'owner_id', 'owner', 'filter[owner_id]', 'sort', 'fields']) {
      const answer = await ben.owner.get(`/v1/journeys?${query}=${anna.owner.id}`);
      expectProblem(byId('listJourneys'), answer, 400, 'http.unknown_parameter');
    }
    const { json } = await ben.owner.get('/v1/journeys?limit=100');
    expect(json.items.map((journey: { owner_id: string }) => journey.owner_id)).not.toContain(anna.owner.id);
    const ofHers = await ben.owner.get(`/v1/users/${anna.owner.id}/journeys`);
    const ofNobody = await ben.owner.get(`/v1/users/${crypto.randomUUID()}/journeys`);
    expect(distinguishable(ofHers)).toEqual(distinguishable(ofNobody));
  });

  test('a cursor works only for the rider and the list it was made for [I28]', async () => {
    const rider = await createRider();
    for (let made = 0; made < 2; made += 1) await createJourney(rider);
    const { next_cursor: cursor } = (await rider.get('/v1/journeys?limit=1')).json;
    expect((await rider.get(`/v1/journeys?limit=1&cursor=${cursor}`)).status).toBe(200);
    const strangers = [
      ben.owner.get(`/v1/journeys?limit=1&cursor=${cursor}`),
      ben.owner.get(`/v1/users/${rider.id}/journeys?cursor=${cursor}`),
      rider.get(`/v1/journeys?status=planned&cursor=${cursor}`),
      ben.owner.get(`/v1/journeys/${ben.id}/markers?cursor=${cursor}`),
    ];
    for (const answer of await Promise.all(strangers)) {
      expect(answer.status, answer.text).toBe(400);
      expect(answer.json.code).toBe('http.invalid_cursor');
    }
  });
});

describe('public journeys [I34]', () => {
  test('a public journey shows a stranger its name and plan, but no dates, edits, markers or ends', async () => {
    const { owner, id } = await createOwned({ visibility: 'public' });
    const { json } = await ben.owner.get(`/v1/journeys/${id}`);
    expect(Object.keys(json).sort()).toEqual(['description', 'id', 'name', 'owner_id', 'status', 'view', 'visibility']);
    expect((await ben.owner.get(`/v1/journeys/${id}/markers`)).status).toBe(404);
    expect((await ben.owner.get(`/v1/journeys/${id}/stats`)).status).toBe(404);

    const route = await ben.owner.get(`/v1/journeys/${id}/route`);
    expect(route.status).toBe(200);
    expect(route.json.features).toHaveLength(1);
    expect(route.text).not.toContain('16.4,48.2');
    expect(route.text).not.toContain(owner.email);
    const past = await ben.owner.get(`/v1/journeys/${id}/route?as=past`);
    expect(past.json.features).toEqual([]);
  });

  test.each(ofJourneys.filter((id) => byId(id).method === 'GET'))(
    '%s answers a stranger exactly where the register says so',
    async (name) => {
      const { id, marker_id } = await createOwned({ visibility: 'public' });
      const { operation, answer } = await benCalls(name, { id, marker_id });
      expect(answer.status).toBe(entryOf(name).audience === 'rider' ? 200 : 404);
      expectDeclared(operation, answer);
    },
  );

  test('the profile of another rider has exactly four fields [I18]', async () => {
    const { json, text } = await ben.owner.get(`/v1/users/${anna.owner.id}`);
    expect(Object.keys(json).sort()).toEqual(['bio', 'country', 'id', 'name']);
    expect(text).not.toContain(anna.owner.email);
  });
});
