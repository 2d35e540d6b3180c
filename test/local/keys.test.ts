import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseEnv, promisify } from 'node:util';
import type { JWK } from 'jose';
import { afterAll, expect, test } from 'vitest';
import { publicJwk, readAccessToken, signAccessToken } from '../../src/lib/access-token.ts';

const folder = mkdtempSync(join(tmpdir(), 'kairos-keys-'));
afterAll(() => rmSync(folder, { recursive: true }));

const run = (...args: string[]): Promise<{ stdout: string; stderr: string }> =>
  promisify(execFile)(process.execPath, [resolve('scripts/keys.ts'), ...args], { cwd: folder });

const keysIn = (text: string): (JWK & { iat?: number })[] => JSON.parse(text).keys;

async function newFile(name: string): Promise<{ file: string; keys: () => JWK[] }> {
  const file = join(folder, name);
  writeFileSync(file, (await run('new')).stdout);
  return { file, keys: () => keysIn(readFileSync(file, 'utf8')) };
}

const issuer = (authKeys: JWK[]) => ({ authKeys, apiUrl: 'https://api.kairos.test' });
const claims = {
  userId: crypto.randomUUID(),
  sessionId: crypto.randomUUID(),
  tokenId: 'x',
  role: 'user' as const,
  scope: '',
};
const sign = (keys: JWK[]) => signAccessToken(issuer(keys), { ...claims, now: new Date() });
const isValid = async (token: string, keys: JWK[]) =>
  (await readAccessToken(token, issuer(keys), new Date())) !== undefined;

test('a new key set has one private key with its creation time, and publishes neither', async () => {
  const { stdout, stderr } = await run('new');
  const [key, ...others] = keysIn(stdout);
  expect(others).toEqual([]);
  expect(key).toMatchObject({ kty: 'EC', crv: 'P-256', alg: 'ES256', use: 'sig', d: expect.any(String) });
  expect(Math.abs(Number(key?.iat) - Date.now() / 1_000)).toBeLessThan(60);
  expect(Object.keys(publicJwk(key ?? {})).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']);
  expect(stderr).toBe('');
});

test('three rotations of a key file replace its key without invalidating a valid token [E14]', async () => {
  const { file, keys } = await newFile('auth-keys.json');
  const sets = [keys()];
  const messages: string[] = [];
  for (let step = 0; step < 3; step += 1) {
    const { stdout, stderr } = await run('rotate', file);
    expect(stdout).toBe('');
    messages.push(stderr);
    sets.push(keys());
  }
  const [before = [], published = [], signing = [], after = []] = sets;
  const [old, next] = published.map(({ kid }) => kid);
  expect(next).not.toBe(old);
  expect(sets.map((set) => set.map(({ kid }) => kid))).toEqual([[old], [old, next], [next, old], [next]]);
  expect(messages[0]).toContain('wait an hour');
  expect(messages[1]).toContain('wait 16 minutes');
  for (const text of messages) expect(text).toContain(`wrangler secret put AUTH_KEYS --env production < ${file}`);
  for (const { d = '' } of published) expect(messages.join()).not.toContain(d);
  expect(statSync(file).mode & 0o777).toBe(0o600);

  // With each of two successive sets, tokens that were signed with the other one are valid.
  for (const [one, other] of [
    [before, published],
    [published, signing],
  ] as const) {
    expect(await isValid(await sign(one), other)).toBe(true);
    expect(await isValid(await sign(other), one)).toBe(true);
  }
  expect(await isValid(await sign(signing), after)).toBe(true);
  expect(await isValid(await sign(published), after)).toBe(false);
});

test('without a file name the key set in .dev.vars is rotated, and other variables stay', async () => {
  const file = join(folder, '.dev.vars');
  const key = keysIn((await run('new')).stdout)[0];
  const { iat: _, ...undated } = key ?? {};
  const rest = "# mine\nTOKEN_SECRET='$& $1'\n";
  writeFileSync(file, `${rest}AUTH_KEYS='${JSON.stringify({ keys: [undated] })}'\nRESEND_API_KEY='re'\n`);
  const kids = () => keysIn(parseEnv(readFileSync(file, 'utf8')).AUTH_KEYS ?? '').map(({ kid }) => kid);
  const seen: unknown[] = [];
  for (let step = 0; step < 3; step += 1) {
    const { stderr } = await run('rotate');
    expect(stderr).not.toContain('--env production');
    seen.push(kids());
  }
  const next = kids()[0];
  expect(seen).toEqual([[key?.kid, next], [next, key?.kid], [next]]);
  expect(readFileSync(file, 'utf8')).toMatch(/^# mine\nTOKEN_SECRET='\$& \$1'\nAUTH_KEYS='.+'\nRESEND_API_KEY='re'\n$/);
});

test('an invalid key set is left unchanged, and the error gives the reason without showing the key', async () => {
  const { file, keys } = await newFile('odd.json');
  const [key] = keys();
  for (const [text, why] of [
    ['{"keys":[]}', 'not a private key set'],
    ['secret', 'not a private key set'],
    [JSON.stringify({ keys: [key, key] }), 'the same kid'],
    [JSON.stringify({ keys: [key, { ...key, kid: 'b' }] }), 'the newer key is unknown'],
    [JSON.stringify({ keys: [key, { ...key, kid: 'b' }, { ...key, kid: 'c' }] }), 'has 3 keys'],
  ] as const) {
    writeFileSync(file, text);
    const failure = await run('rotate', file).catch((error: { code: number; stderr: string }) => error);
    expect(failure).toMatchObject({ code: 1, stderr: expect.stringContaining(why) });
    expect(failure.stderr).not.toContain(key?.d);
    expect(readFileSync(file, 'utf8')).toBe(text);
  }
  await expect(run('rotate', join(folder, 'none.json'))).rejects.toMatchObject({ code: 1 });
  await expect(run('turn')).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('npm run') });
});
