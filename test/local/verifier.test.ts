import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { importJWK, type JWK, SignJWT } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newSigningKey } from '../../local/stack/signing-keys.ts';
import { runTool } from '../../scripts/tool.ts';
import { publicJwk, signAccessToken } from '../../src/lib/access-token.ts';

type Verify = (token: string) => Promise<{ sub: string; sid: string; scopes: string[] }>;

const folder = mkdtempSync(join(tmpdir(), 'kairos-verifier-'));
const file = join(folder, 'verifier.ts');
const key: JWK = await newSigningKey(new Date());
const published = [publicJwk(key)];
let asked = 0;
const server = createServer((request, response) => {
  if (request.url !== '/.well-known/jwks.json') return response.writeHead(404).end();
  asked += 1;
  return response
    .writeHead(200, { 'Content-Type': 'application/json', 'Cache-Control': 'public, max-age=3600' })
    .end(JSON.stringify({ keys: published }));
});
let api = '';
let verify: Verify;

beforeAll(async () => {
  const [, code] = /```ts verifier\n([\s\S]+?)```/.exec(readFileSync('docs/tokens.md', 'utf8')) ?? [];
  if (!code) throw new Error('docs/tokens.md has no verifier');
  writeFileSync(file, code);
  symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address() as AddressInfo; // a server that listens on a port has no other kind
  api = `http://127.0.0.1:${address.port}`;
  const verifier: { createVerifier: (api: string) => Verify } = await import(pathToFileURL(file).href);
  verify = verifier.createVerifier(api);
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

const ids = { userId: crypto.randomUUID(), sessionId: crypto.randomUUID() };
const ours = (now = new Date(), issuer: { authKeys: JWK[]; apiUrl: string } = { authKeys: [key], apiUrl: api }) =>
  signAccessToken(issuer, { ...ids, tokenId: 'x', role: 'user', scope: 'profile:read journeys:read', now });

type Change = { header?: Record<string, unknown>; claims?: Record<string, unknown> };

/** A token like ours with some members changed; `undefined` removes a member. */
async function changed({ header, claims }: Change): Promise<string> {
  const iat = Math.floor(Date.now() / 1_000);
  const sound = { iss: api, aud: api, sub: ids.userId, sid: ids.sessionId, scope: 'profile:read', iat, exp: iat + 900 };
  return await new SignJWT({ ...sound, ...claims })
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: key.kid ?? '', ...header })
    .sign(await importJWK(key, 'ES256'));
}

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

test('the verifier of docs/tokens.md reads our tokens and fetches the keys once', async () => {
  for (let n = 0; n < 5; n += 1)
    expect(await verify(await ours())).toEqual({
      sub: ids.userId,
      sid: ids.sessionId,
      scopes: ['profile:read', 'journeys:read'],
    });
  expect(await verify(await changed({}))).toMatchObject({ scopes: ['profile:read'] });
  expect(asked).toBe(1);
});

test.each<[string, () => Promise<string>]>([
  ['that has expired', () => ours(new Date(Date.now() - 16 * 60_000))],
  ['for another audience', () => changed({ claims: { aud: 'https://other.example' } })],
  ['of another issuer', () => changed({ claims: { iss: `${api}/` } })],
  ['of another type', () => changed({ header: { typ: 'JWT' } })],
  ['without a type', () => changed({ header: { typ: undefined } })],
  [
    'signed with another key',
    async () => ours(new Date(), { authKeys: [await newSigningKey(new Date())], apiUrl: api }),
  ],
  [
    'signed with another key under our key id',
    async () =>
      ours(new Date(), { authKeys: [{ ...(await newSigningKey(new Date())), kid: key.kid ?? '' }], apiUrl: api }),
  ],
  ['with a lifetime that is too long', () => changed({ claims: { exp: Math.floor(Date.now() / 1_000) + 86_400 } })],
  ['without a session', () => changed({ claims: { sid: undefined } })],
  ['without an expiry', () => changed({ claims: { exp: undefined } })],
  [
    'with alg none',
    async () => {
      const [, payload] = (await ours()).split('.');
      return `${encode({ alg: 'none', typ: 'at+jwt', kid: key.kid })}.${payload}.`;
    },
  ],
  [
    'signed by HMAC with the public key',
    async () => {
      const [, payload = ''] = (await ours()).split('.');
      return await new SignJWT(JSON.parse(Buffer.from(payload, 'base64url').toString()))
        .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', kid: key.kid ?? '' })
        .sign(Buffer.from(JSON.stringify(published[0])));
    },
  ],
])('the verifier of docs/tokens.md refuses a token %s [E1, E7, E8]', async (_, token) => {
  await expect(verify(await token())).rejects.toThrow();
});

test('the verifier of docs/tokens.md compiles under the strictest options', async () => {
  const options = ['--noEmit', '--strict', '--target', 'es2022', '--module', 'nodenext', '--noUncheckedIndexedAccess'];
  expect(await runTool('tsc', [...options, '--ignoreConfig', '--lib', 'es2022,dom', '--types', '', file])).toEqual({
    ok: true,
    output: '',
  });
});
