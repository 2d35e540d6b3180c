import { v7 as uuidv7 } from 'uuid';
import { describe, expect, test } from 'vitest';
import { signAccessToken } from '../../src/lib/access-token.ts';
import { call, config } from '../support/app.ts';
import { sql } from '../support/db.ts';
import { createRider, type Rider } from '../support/factories.ts';
import { addressOf, send } from './calls.ts';
import { document, isOpen, operations } from './document.ts';
import { expectProblem } from './expectations.ts';
import { exampleNames, examplesWhere, prepare } from './register.ts';

/** All operations that a stranger may call. The register has the reasons. */
const openToAnyone = examplesWhere((_, { audience }) => audience === 'anyone');

const guarded = operations
  .filter((operation) => !isOpen(operation))
  .map((operation) => [operation.id, operation] as const);

const scopesOf = (name: string): readonly string[] => {
  const operation = operations.find(({ id }) => id === name);
  return [...new Set(operation?.security?.flatMap((way) => Object.values(way).flat()))];
};

function tokenWith(rider: Rider, scope: string): Promise<string> {
  const claims = {
    userId: rider.id,
    sessionId: rider.sessionId,
    tokenId: uuidv7(),
    role: 'user' as const,
    scope,
    now: new Date(),
  };
  return signAccessToken(config, claims);
}

test('only the listed operations are open to anyone [H8]', () => {
  const names = examplesWhere(isOpen);
  expect(names.length).toBeGreaterThan(10);
  expect(names).toEqual(openToAnyone);
});

describe('missing and forged credentials [H8, H10]', () => {
  test.each(guarded)('%s answers 401 to a missing or forged credential', async (_, operation) => {
    const stranger = await send(operation, {}, undefined);
    expectProblem(operation, stranger, 401, 'auth.authentication_required');
    expect(stranger.headers.get('WWW-Authenticate')).toBe('Bearer realm="kairos"');

    const forged = await send(operation, {}, undefined, { token: 'not.a.token' });
    expectProblem(operation, forged, 401, 'auth.invalid_token');
    expect(forged.headers.get('WWW-Authenticate')).toBe('Bearer realm="kairos", error="invalid_token"');
  });
});

describe('missing scopes [H4, H10]', () => {
  test.each(guarded)(
    '%s answers 403 to a token that has every scope except those of the operation',
    async (name, operation) => {
      const rider = await createRider();
      const { scopes } = document.components.securitySchemes.bearer.flows.password;
      const others = Object.keys(scopes).filter((scope) => !scopesOf(name).includes(scope));
      const answer = await send(operation, {}, rider, { token: await tokenWith(rider, others.join(' ')) });
      expectProblem(operation, answer, 403, 'auth.scope_missing');
    },
  );

  test.each(exampleNames)('%s succeeds with a token that has only the scopes of the operation', async (name) => {
    const rider = await createRider();
    const { operation, example } = await prepare(name, rider);
    const token = isOpen(operation) ? undefined : await tokenWith(rider, scopesOf(operation.id).join(' '));
    expect((await send(operation, example, rider, { token })).status).toBe(example.status);
  });
});

describe('admin operations for other riders [I32]', () => {
  test.each(examplesWhere(({ path }) => path.startsWith('/v1/admin/')))(
    "%s answers 403 to a rider who is not an admin, whatever the token's scopes",
    async (name) => {
      const [admin, rider] = [await createRider(), await createRider()];
      const { operation, example } = await prepare(name, admin);
      for (const token of [rider.token, await tokenWith(rider, 'admin:manage')])
        expectProblem(operation, await send(operation, example, rider, { token }), 403, 'auth.scope_missing');
    },
  );
});

describe('tokens of ended sessions [C9, C14]', () => {
  const now = () => new Date().toISOString();
  const later = () => new Date(Date.now() + 86_400_000).toISOString();
  type Ending = [name: string, end: (rider: Rider) => Promise<unknown>, undo: (rider: Rider) => Promise<unknown>];
  const endings: Ending[] = [
    [
      'a revoked session',
      ({ sessionId }) => sql`update sessions set revoked_at = ${now()} where id = ${sessionId}`,
      ({ sessionId }) => sql`update sessions set revoked_at = null where id = ${sessionId}`,
    ],
    [
      'an expired session',
      ({ sessionId }) => sql`update sessions set expires_at = ${now()} where id = ${sessionId}`,
      ({ sessionId }) => sql`update sessions set expires_at = ${later()} where id = ${sessionId}`,
    ],
    [
      'a disabled rider',
      ({ id }) => sql`update users set disabled_at = ${now()} where id = ${id}`,
      ({ id }) => sql`update users set disabled_at = null where id = ${id}`,
    ],
  ];

  test.each(examplesWhere((operation) => !isOpen(operation)))(
    '%s answers 401 to the token of a revoked session, an expired session, a disabled rider and a deleted rider',
    async (name) => {
      const rider = await createRider();
      const { operation, example } = await prepare(name, rider);
      for (const [ending, end, undo] of endings) {
        await end(rider);
        expectProblem(operation, await send(operation, example, rider), 401, 'auth.invalid_token');
        await undo(rider);
        expect((await rider.get('/v1/me')).status, `after ${ending} is undone`).toBe(200);
      }
      await sql`delete from users where id = ${rider.id}`;
      expectProblem(operation, await send(operation, example, rider), 401, 'auth.invalid_token');
    },
  );
});

describe('unnecessary credentials [C13]', () => {
  test.each(openToAnyone)(
    '%s succeeds with an invalid token, and with an OAuth client id, in the Authorization header',
    async (name) => {
      for (const authorization of ['Bearer eyJhbGciOiJFUzI1NiJ9.e30.AAAA', `Basic ${btoa('kairos:')}`]) {
        const { operation, example } = await prepare(name, await createRider());
        const answer = await send(operation, example, undefined, { headers: { Authorization: authorization } });
        expect(answer.status, answer.text).toBe(example.status);
      }
    },
  );
});

describe('other methods [K18]', () => {
  const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];
  const paths = [...new Set(operations.map(({ path }) => path))];
  /** The last segment of `/markers/batch` also fits `/markers/{marker_id}`. */
  const fits = (path: string, other: string): boolean =>
    new RegExp(`^${other.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path);

  test.each(paths)(
    '%s answers 405 to methods that it does not declare, and lists its methods in Allow',
    async (path) => {
      const own = operations.filter((other) => fits(path, other.path)).map(({ method }) => method);
      const allowed = own.includes('GET') ? [...own, 'HEAD'] : own;
      const { token } = await createRider();
      for (const method of methods.filter((candidate) => !allowed.includes(candidate))) {
        for (const credential of [undefined, token]) {
          const answer = await call(method, addressOf({ path }), { token: credential });
          expect(answer.status, method).toBe(405);
          expect(answer.headers.get('Allow')).toBe([...allowed].sort().join(', '));
          expect(answer.json).toMatchObject({ status: 405, code: 'http.method_not_allowed' });
        }
      }
    },
  );
});
