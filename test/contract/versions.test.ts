import { describe, expect, test } from 'vitest';
import { sql } from '../support/db.ts';
import { createJourney, createRider, type Rider } from '../support/factories.ts';
import { addressOf, distinguishable, send } from './calls.ts';
import { type Operation, operations, pathParameters } from './document.ts';
import { expectDeclared, expectProblem } from './expectations.ts';
import type { Example } from './operations/entry.ts';
import { examplesWhere, prepare } from './register.ts';

const hears = (header: string) => (operation: Operation) => operation.parameters.some(({ name }) => name === header);
const changes = examplesWhere(hears('If-Match'));
const reads = examplesWhere(hears('If-None-Match'));
const malformed = [
  'tag',
  ',',
  '1',
  '"1',
  '1"',
  'W/1',
  '"1" "2"',
  '"1";',
  '*, "1"',
  'w/"1"',
  '"a b"',
  '"',
  '" , "',
  '"1", "',
];
const ifMatch = (tag: string) => ({ headers: { 'If-Match': tag } });
const ifNoneMatch = (tag: string) => ({ headers: { 'If-None-Match': tag } });

/** All rows that the calls above could change. */
const everything = (rider: Rider, { params }: Example) =>
  sql.transaction([
    sql`select * from users where id = any(${[rider.id, params?.id]}) order by id`,
    sql`select * from journeys where owner_id = ${rider.id} order by id`,
    sql`select m.* from markers m join journeys j on j.id = journey_id where owner_id = ${rider.id} order by m.id`,
    sql`select t.* from tracks t join journeys j on j.id = journey_id where owner_id = ${rider.id} order by t.id`,
    sql`select i.* from imports i join journeys j on j.id = journey_id where owner_id = ${rider.id} order by i.id`,
    sql`select * from privacy_zones where owner_id = ${rider.id} order by id`,
    sql`select id, name, is_active, version from api_keys where user_id = ${rider.id} order by id`,
  ]);

describe('the document', () => {
  test('every change of a resource with a version takes If-Match and declares 412 [P8]', () => {
    for (const { id, method, responses } of operations.filter(hears('If-Match'))) {
      expect(method, id).not.toBe('GET');
      expect(responses[412], id).toBeDefined();
    }
    expect(operations.filter(({ method }) => method === 'PATCH').filter(hears('If-Match'))).toHaveLength(
      operations.filter(({ method }) => method === 'PATCH').length,
    );
    expect(changes).toEqual(examplesWhere(({ method }, { isVersioned }) => method !== 'GET' && isVersioned === true));
  });

  test('every read of a single resource with a version takes If-None-Match', () => {
    expect(reads).toEqual(examplesWhere(({ method }, { isVersioned }) => method === 'GET' && isVersioned === true));
    for (const { id, responses } of operations.filter(hears('If-None-Match'))) expect(responses[304], id).toBeDefined();
  });

  test.each(examplesWhere(({ responses }) => [responses[200], responses[201]].some((one) => one?.headers?.ETag)))(
    '%s answers the version in the ETag header and in the body',
    async (name) => {
      const rider = await createRider();
      const { operation, example } = await prepare(name, rider);
      const { headers, json } = await send(operation, example, rider);
      expect(headers.get('ETag')).toBe(`"${json.version}"`);
    },
  );
});

describe.each(changes)('%s', (name) => {
  test(`${name} with another version in If-Match answers 412 and changes nothing [P8]`, async () => {
    const rider = await createRider();
    const { operation, example } = await prepare(name, rider);
    const before = await everything(rider, example);
    for (const tag of ['"2"', 'W/"1"', '"2", "3"', '"01"', '"1-gzip"', '""', '"99999999999999999999"', ',"é",']) {
      const answer = await send(operation, example, rider, ifMatch(tag));
      expectProblem(operation, answer, 412, 'http.precondition_failed');
      expect(answer.headers.get('ETag')).toBeNull();
    }
    for (const tag of malformed) {
      const answer = await send(operation, example, rider, ifMatch(tag));
      expect(answer.status, `${tag}: ${answer.text}`).toBe(400);
      expectProblem(operation, answer, 400, 'http.malformed_etag');
    }
    expect(await everything(rider, example)).toEqual(before);
  });

  test.each(['"1"', '*', '"7", W/"2","1" ,, "3"'])(`${name} with If-Match %s succeeds [P8]`, async (tag) => {
    const rider = await createRider();
    const { operation, example } = await prepare(name, rider);
    const answer = await send(operation, example, rider, ifMatch(tag));
    expect(answer.status, answer.text).toBe(example.status);
    expectDeclared(operation, answer);
    if (answer.json) expect(answer.headers.get('ETag')).toBe('"2"');
  });
});

test.each(examplesWhere((operation) => hears('If-Match')(operation) && pathParameters(operation).length > 0))(
  '%s answers 404 to an unknown id, whatever its If-Match',
  async (name) => {
    const rider = await createRider();
    const { operation, example } = await prepare(name, rider);
    const random = { ...example, params: { id: crypto.randomUUID(), marker_id: crypto.randomUUID() } };
    const plain = await send(operation, random, rider);
    expectProblem(operation, plain, 404);
    for (const tag of ['"1"', '"2"', '*'])
      expect(distinguishable(await send(operation, random, rider, ifMatch(tag)))).toEqual(distinguishable(plain));
  },
);

describe.each(reads)('%s', (name) => {
  test(`${name} answers 304 without a body while the caller has the current version`, async () => {
    const rider = await createRider();
    const { operation, example } = await prepare(name, rider);
    const full = await send(operation, example, rider);
    for (const tag of ['"1"', 'W/"1"', '*', '"7", "1"']) {
      const answer = await send(operation, example, rider, ifNoneMatch(tag));
      expect([answer.status, answer.text, answer.headers.get('ETag')]).toEqual([304, '', '"1"']);
      expectDeclared(operation, answer);
    }
    for (const tag of ['"2"', '"11"', 'W/"2"'])
      expect((await send(operation, example, rider, ifNoneMatch(tag))).text).toBe(full.text);
    for (const tag of malformed)
      expectProblem(operation, await send(operation, example, rider, ifNoneMatch(tag)), 400, 'http.malformed_etag');
  });

  test(`${name} answers 401 instead of 304 to a revoked session [I29]`, async () => {
    const rider = await createRider();
    const { operation, example } = await prepare(name, rider);
    await sql`update sessions set revoked_at = ${new Date().toISOString()} where id = ${rider.sessionId}`;
    for (const tag of ['"1"', '*'])
      expectProblem(operation, await send(operation, example, rider, ifNoneMatch(tag)), 401, 'auth.invalid_token');
  });
});

describe('versions and other riders [I29]', () => {
  const ofJourneys = [...changes, ...reads].filter((name) => /Journey|Marker/.test(name));

  test.each(ofJourneys)(
    "%s with the right ETag of another rider's journey or marker answers 404 as without an ETag",
    async (name) => {
      const [anna, ben] = [await createRider(), await createRider()];
      const { operation, example } = await prepare(name, anna);
      const plain = await send(operation, example, ben);
      expectProblem(operation, plain, 404);
      for (const make of [ifMatch, ifNoneMatch]) {
        for (const tag of ['"1"', '"2"', '*']) {
          const answer = await send(operation, example, ben, make(tag));
          expect(distinguishable(answer)).toEqual(distinguishable(plain));
        }
      }
    },
  );

  test('a stranger cannot learn the version of a public journey or when it changes', async () => {
    const [anna, ben] = [await createRider(), await createRider()];
    const { id } = await createJourney(anna, { visibility: 'public' });
    const path = addressOf({ path: '/v1/journeys/{id}' }, { params: { id } });
    const plain = await ben.get(path);
    expect(plain.headers.get('ETag')).toBeNull();
    for (const tag of ['"1"', '*']) {
      const answer = await ben.get(path, ifNoneMatch(tag));
      expect([answer.status, answer.text]).toEqual([200, plain.text]);
    }
  });
});

describe('simultaneous changes with one ETag [P8]', () => {
  test.each(changes.filter((name) => name !== 'deleteMe'))(
    'only one of twenty simultaneous calls of %s with one ETag succeeds',
    async (name) => {
      const rider = await createRider();
      const { operation, example } = await prepare(name, rider);
      const race = Array.from({ length: 20 }, () => send(operation, example, rider, ifMatch('"1"')));
      const statuses = (await Promise.all(race)).map(({ status }) => status);
      expect(statuses.filter((status) => status === example.status)).toHaveLength(1);
      // A deleted row no longer exists.
      const lost = name.startsWith('delete') ? 404 : 412;
      expect(statuses.filter((status) => status === lost)).toHaveLength(19);
    },
  );
});
