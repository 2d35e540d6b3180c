import { describe, expect, test } from 'vitest';
import { sql } from '../support/db.ts';
import { createRider } from '../support/factories.ts';
import { send } from './calls.ts';
import { isJsonBody } from './document.ts';
import { expectProblem } from './expectations.ts';
import { examplesWhere, prepare } from './register.ts';

/** Fields that only the server sets: names of columns, and names that other systems wrongly accepted. */
const forbidden: Readonly<Record<string, unknown>> = {
  role: 'admin',
  is_verified: true,
  email_verified: true,
  password_hash: 'x',
  user_id: crypto.randomUUID(),
  owner_id: crypto.randomUUID(),
  journey_id: crypto.randomUUID(),
  created_at: '2020-01-01T00:00:00Z',
  updated_at: '2020-01-01T00:00:00Z',
  deleted_at: null,
  disabled_at: null,
  quota: 1_000_000,
  token_version: 99,
  version: 99,
  status: 'active',
  is_adult: true,
  isAdult: true,
  ownerId: crypto.randomUUID(),
  scopes: ['journeys:write'],
  cell: 1,
  constructor: {},
  prototype: {},
  toString: 'x',
};

const jsonWrites = examplesWhere(isJsonBody);

/** Bodies that other systems define may have unknown fields, which are ignored. */
const closedWrites = examplesWhere((operation, { isBodyOpen }) => isJsonBody(operation) && !isBodyOpen);

const withField = (body: unknown, name: string, value: unknown): string =>
  JSON.stringify(body).replace(/^\{/, `{${JSON.stringify(name)}:${JSON.stringify(value)},`);

describe('fields that only the server sets [J1, I5, I10, I12]', () => {
  test.each(closedWrites)('%s answers 422 to each field that only the server sets and names it', async (name) => {
    const rider = await createRider();
    const { operation, example } = await prepare(name, rider);
    const own: object = typeof example.body === 'object' && example.body !== null ? example.body : {};
    // The creator of a key chooses its scopes.
    for (const [field, value] of Object.entries(forbidden).filter(([name]) => !Object.hasOwn(own, name))) {
      const body = withField(example.body, field, value);
      const answer = await send(operation, example, rider, { body });
      expectProblem(operation, answer, 422, 'http.invalid');
      expect(answer.json.errors, field).toContainEqual({ path: field, message: 'Unknown field.' });
    }
  });

  test.each(jsonWrites)('%s is not affected by __proto__ in its body [J3]', async (name) => {
    const rider = await createRider();
    const { operation, example } = await prepare(name, rider);
    const body = withField(example.body, '__proto__', { role: 'admin', polluted: true });
    const answer = await send(operation, example, rider, { body });
    expect([422, example.status]).toContain(answer.status);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  test('fields that only the server sets do not change the rider [J1, A12]', async () => {
    const rider = await createRider();
    const before = await sql`select * from users where id = ${rider.id}`;
    for (const [field, value] of Object.entries(forbidden)) await rider.patch('/v1/me', { [field]: value });
    expect(await sql`select * from users where id = ${rider.id}`).toEqual(before);
  });

  test('the markers of a batch refuse the same fields as a single marker [J1]', async () => {
    const rider = await createRider();
    const { operation, example } = await prepare('createMarkers', rider);
    const { markers } = example.body as { markers: object[] };
    for (const [field, value] of Object.entries(forbidden)) {
      const answer = await send(
        operation,
        { ...example, body: { markers: [...markers, { ...markers[0], [field]: value }] } },
        rider,
      );
      expectProblem(operation, answer, 422, 'http.invalid');
    }
  });
});
