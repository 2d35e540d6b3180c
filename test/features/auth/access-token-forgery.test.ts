import { env } from 'cloudflare:workers';
import { exportJWK, exportSPKI, generateKeyPair, importJWK } from 'jose';
import { expect, test } from 'vitest';
import { anonymous } from '../../support/app.ts';
import { createRider, type Rider } from '../../support/factories.ts';
import {
  claimsOf,
  encode,
  headerOf,
  hs256,
  type Members,
  publicKey,
  readMe,
  signingKey,
  signRaw,
} from './access-token.ts';
import { comparableParts, recordTrips } from './sign-up.ts';

/** Expects the refusal that every invalid token gets, without a round trip to the database or anywhere else. */
async function expectRefused(tokens: Record<string, string>): Promise<void> {
  const known = await readMe('Bearer x');
  expect([known.status, known.json.code]).toEqual([401, 'auth.invalid_token']);
  const trips = await recordTrips(async () => {
    for (const [what, token] of Object.entries(tokens)) {
      expect(comparableParts(await readMe(`Bearer ${token}`)), what).toEqual(comparableParts(known));
    }
  });
  expect(trips).toEqual([]);
}

/** Tokens signed with the right key under other headers. */
async function expectHeadersRefused(rider: Rider, headers: Record<string, Members>): Promise<void> {
  const entries = Object.entries(headers).map(async ([what, members]) => [
    what,
    await signRaw({ ...headerOf(), ...members }, claimsOf(rider)),
  ]);
  await expectRefused(Object.fromEntries(await Promise.all(entries)));
}

test('a self-made token like ours is accepted, so the forgeries below differ from it in one thing each', async () => {
  const rider = await createRider();
  const { status, json } = await readMe(`Bearer ${await signRaw(headerOf(), claimsOf(rider))}`);
  expect([status, json.id]).toEqual([200, rider.id]);
});

test('a token without a signature algorithm is refused [E1]', async () => {
  const rider = await createRider();
  const [, payload, signature] = rider.token.split('.');
  const algorithms = ['none', 'None', 'NONE', 'noNE', 'nOnE', 'none ', '', 'null', null, 0, [], ['ES256'], {}];
  const tokens: Record<string, string> = {};
  for (const alg of algorithms) {
    const header = encode({ ...headerOf(), alg });
    for (const end of ['', signature, 'AA']) tokens[`${JSON.stringify(alg)} ${end}`] = `${header}.${payload}.${end}`;
  }
  const { alg: _, ...withoutAlg } = headerOf();
  tokens.missing = `${encode(withoutAlg)}.${payload}.`;
  tokens['missing, signed'] = await signRaw(withoutAlg, claimsOf(rider));
  tokens['two parts'] = `${encode({ ...headerOf(), alg: 'none' })}.${payload}`;
  await expectRefused(tokens);
});

test('a token that names another algorithm than ES256 is refused [E1]', async () => {
  const algorithms = ['es256', 'ES256K', 'ES384', 'ES512', 'RS256', 'PS256', 'HS256', 'EdDSA', 'Ed25519', 'ES256 '];
  await expectHeadersRefused(await createRider(), Object.fromEntries(algorithms.map((alg) => [alg, { alg }])));
});

test('an HMAC made with any form of the public key is refused [E2]', async () => {
  const claims = claimsOf(await createRider());
  const spki = await exportSPKI(
    await importJWK({ ...publicKey, ext: true }, 'ES256', { extractable: true }).then(asKey),
  );
  const { keys } = (await anonymous().get('/.well-known/jwks.json')).json;
  const der = Buffer.from(spki.replaceAll(/-----[^-]+-----|\s/g, ''), 'base64');
  const point = Buffer.concat([
    Buffer.from(publicKey.x ?? '', 'base64url'),
    Buffer.from(publicKey.y ?? '', 'base64url'),
  ]);
  const secrets: Record<string, string | Uint8Array> = {
    pem: spki,
    'pem, trimmed': spki.trim(),
    'pem body': der.toString('base64'),
    der,
    jwk: JSON.stringify(keys[0]),
    'jwk as configured': JSON.stringify(publicKey),
    jwks: JSON.stringify({ keys }),
    'jwks, as served': (await anonymous().get('/.well-known/jwks.json')).text,
    point,
    'point, uncompressed': Buffer.concat([Buffer.from([4]), point]),
    x: publicKey.x ?? '',
    'x, decoded': Buffer.from(publicKey.x ?? '', 'base64url'),
    kid: signingKey.kid ?? '',
    'one zero': new Uint8Array(1),
    'token secret': env.TOKEN_SECRET,
  };
  const tokens: Record<string, string> = {};
  for (const [what, secret] of Object.entries(secrets)) {
    tokens[what] = await hs256({ ...headerOf(), alg: 'HS256' }, claims, secret);
    tokens[`${what}, as ES256`] = await hs256(headerOf(), claims, secret);
  }
  await expectRefused(tokens);
});

function asKey(key: Awaited<ReturnType<typeof importJWK>>): CryptoKey {
  if (key instanceof Uint8Array) throw new Error('not an asymmetric key');
  return key;
}

test('a token with an unknown or malformed kid is refused [E3]', async () => {
  const kids: unknown[] = [
    'unknown',
    '',
    ' ',
    '../../etc/passwd',
    "' or 1=1 --",
    '__proto__',
    'constructor',
    'toString',
  ];
  const more: unknown[] = [
    null,
    0,
    true,
    [signingKey.kid],
    { kid: signingKey.kid },
    'k'.repeat(5_000),
    `${signingKey.kid} `,
  ];
  const all = [...kids, ...more, signingKey.kid?.toUpperCase(), 'https://evil.example/key', '\0', '💥'];
  const headers: Record<string, Members> = Object.fromEntries(all.map((kid, at) => [`${at} ${String(kid)}`, { kid }]));
  await expectHeadersRefused(await createRider(), { ...headers, missing: { kid: undefined } });
});

test('a key inside a token is neither used nor fetched [E4]', async () => {
  const rider = await createRider();
  const { privateKey, publicKey: theirs } = await generateKeyPair('ES256', { extractable: true });
  const [own, ownPublic] = [await exportJWK(privateKey), await exportJWK(theirs)];
  const url = `${env.RESEND_BASE_URL}/jwks.json`;
  const tokens: Record<string, string> = {};
  for (const [name, value] of Object.entries({ jwk: ownPublic, jku: url, x5u: url, x5c: ['MIIB'], x5t: 'AA' })) {
    for (const kid of [signingKey.kid, 'mine', undefined]) {
      tokens[`${name} ${kid}`] = await signRaw({ ...headerOf(), kid, [name]: value }, claimsOf(rider), own);
    }
  }
  tokens['the kid as a url'] = await signRaw({ ...headerOf(), kid: url }, claimsOf(rider), own);
  tokens['our kid, another key'] = await signRaw(headerOf(), claimsOf(rider), own);
  await expectRefused(tokens);
});

test('a token with critical extensions is refused [E5]', async () => {
  await expectHeadersRefused(await createRider(), {
    unknown: { crit: ['exp'], exp: 0 },
    invented: { crit: ['kairos'], kairos: true },
    'b64 false': { crit: ['b64'], b64: false },
    empty: { crit: [] },
    text: { crit: 'b64' },
    prototype: { crit: ['__proto__'] },
  });
});

test('tokens in any other format than compact JWS are refused [E5]', async () => {
  const rider = await createRider();
  const [header = '', payload = '', signature = ''] = rider.token.split('.');
  const jwe = { alg: 'PBES2-HS256+A128KW', enc: 'A128GCM', p2c: 2_147_483_647, p2s: 'AAAA', zip: 'DEF' };
  await expectRefused({
    'five parts': `${encode(jwe)}.AA.AA.AA.AA`,
    'five parts, dir': `${encode({ alg: 'dir', enc: 'A128GCM' })}..AA.AA.AA`,
    'one part': header,
    'two parts': `${header}.${payload}`,
    'four parts': `${rider.token}.AA`,
    'an empty payload': `${header}..${signature}`,
    'an empty header': `.${payload}.${signature}`,
    dots: '..',
    'JSON in base64url': encode({ protected: header, payload, signature }),
    nested: await signRaw({ ...headerOf(), cty: 'JWT' }, rider.token),
    'a header that is no JSON': `${encode('{')}.${payload}.${signature}`,
    'a header that is a list': await signRaw([headerOf()], claimsOf(rider)),
    'a payload that is a list': await signRaw(headerOf(), [claimsOf(rider)]),
    'a payload that is null': await signRaw(headerOf(), 'null'),
    'a payload that is text': await signRaw(headerOf(), '"text"'),
    'a payload in broken UTF-8': `${header}.${Buffer.from([0x7b, 0xff, 0x7d]).toString('base64url')}.${signature}`,
  });
});

test('a signature of zeros, in DER, of the wrong length or of another message is refused [E10]', async () => {
  const rider = await createRider();
  const [header = '', payload = '', signature = ''] = rider.token.split('.');
  const bytes = Buffer.from(signature, 'base64url');
  const order = Buffer.from('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551', 'hex');
  const [r, s] = [bytes.subarray(0, 32), bytes.subarray(32)];
  const integer = (value: Buffer) => Buffer.concat([Buffer.from([2, 33, 0]), value]);
  const der = Buffer.concat([Buffer.from([0x30, 70]), integer(r), integer(s)]);
  const zeros = (count: number) => Buffer.alloc(count);
  const signatures: Record<string, Buffer> = {
    'none at all': zeros(0),
    'r and s zero': zeros(64),
    'r zero': Buffer.concat([zeros(32), s]),
    's zero': Buffer.concat([r, zeros(32)]),
    'r and s the order': Buffer.concat([order, order]),
    's plus nothing, r the order': Buffer.concat([order, s]),
    swapped: Buffer.concat([s, r]),
    DER: der,
    '63 bytes': bytes.subarray(0, 63),
    '65 bytes': Buffer.concat([bytes, zeros(1)]),
    '65 bytes, zero in front': Buffer.concat([zeros(1), bytes]),
    '96 bytes': Buffer.concat([bytes, zeros(32)]),
    ones: Buffer.alloc(64, 255),
  };
  const tokens = Object.entries(signatures).map(([what, value]) => [
    what,
    `${header}.${payload}.${value.toString('base64url')}`,
  ]);
  const stranger = (await createRider()).token.split('.');
  const swapped = {
    'another’s claims': `${header}.${stranger[1]}.${signature}`,
    'another’s signature': `${header}.${payload}.${stranger[2]}`,
  };
  await expectRefused({ ...Object.fromEntries(tokens), ...swapped });
});

test('a token with any character changed is refused [E9]', async () => {
  const rider = await createRider();
  const tokens: Record<string, string> = {};
  const { length } = rider.token;
  for (let at = 0; at < length - 1; at += 7) {
    const other = rider.token[at] === 'A' ? 'B' : 'A';
    if (rider.token[at] !== '.')
      tokens[`character ${at}`] = rider.token.slice(0, at) + other + rider.token.slice(at + 1);
  }
  expect(Object.keys(tokens).length).toBeGreaterThan(50);
  await expectRefused(tokens);
  expect((await readMe(`Bearer ${rider.token}`)).status).toBe(200);
});
