import fc from 'fast-check';
import { type RequestChange, withHeader, withoutHeader } from './draft.ts';

const jwt = (header: object, claims: object): string =>
  `${[header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')}.AAAA`;

const credentials = [
  ...[
    '',
    'Bearer',
    'Bearer ',
    'bearer',
    'Basic a2Fpcm9zOg==',
    'Bearer a b',
    'Bearer a,Bearer b',
    'Digest x',
    'null',
    '\u00e4\u00f6',
  ],
  ...[
    'Bearer not.a.token',
    'Bearer e30.e30.',
    'Bearer ..',
    'Bearer kai_',
    'Bearer kai_0123456789ab_',
    `Bearer kai_${'a'.repeat(100)}`,
  ],
  `Bearer ${jwt({ alg: 'none', typ: 'at+jwt' }, { sub: 'x', exp: Number.POSITIVE_INFINITY })}`,
  `Bearer ${jwt({ alg: 'ES256', typ: 'at+jwt', kid: ['a'] }, {})}`,
  `Bearer ${jwt({ alg: 'HS256', typ: 'at+jwt', kid: '../../etc' }, { exp: 'NaN' })}`,
  `Bearer ${'A'.repeat(8_100)}`,
];

const cookies = [
  ...[
    '',
    ';',
    '=',
    'a',
    'a=b; a=c',
    '__Host-kairos_access=',
    '__Host-kairos_access=x; __Host-kairos_access=y',
    '__Host-kairos_access=not.a.token',
  ],
  ...[
    '\u00a0__Host-kairos_access=x',
    '__Host-kairos_access =x',
    '__Host-kairos_access="x"',
    '__Host-kairos_refresh=r1.x.0.y',
    '__Host-kairos_oauth=%00',
  ],
  ...[
    '__Host-kairos_oauth=%',
    '__Host-kairos_device=d1.a.b.c',
    '__proto__=1',
    Array.from({ length: 100 }, (_, index) => `c${index}=1`).join('; '),
  ],
];

const mediaTypes = [
  ...[
    '',
    'application/json',
    'Application/JSON',
    'application/json; charset=utf-8',
    'application/json;charset=utf-16',
    'application/json;;;',
  ],
  ...[
    'application/merge-patch+json',
    'application/problem+json',
    'application/jsonx',
    'text/plain',
    'text/json',
    'json',
    '*/*',
    'application/json, text/plain',
  ],
  ...[
    'application/x-www-form-urlencoded',
    'APPLICATION/X-WWW-FORM-URLENCODED; charset=x',
    'multipart/form-data',
    'multipart/form-data; boundary=x',
  ],
  ...[
    'application/gpx+xml',
    'application/xml',
    'text/xml; charset=utf-16',
    'application/octet-stream',
    'image/png',
    '\u00e4/\u00f6',
    `a/${'b'.repeat(5_000)}`,
  ],
];

/** Odd values for each header. */
const values: Readonly<Record<string, readonly string[]>> = {
  Authorization: credentials,
  Cookie: cookies,
  'Content-Type': mediaTypes,
  Origin: [
    'null',
    'https://app.kairos.test',
    'https://app.kairos.test.evil.example',
    'http://api.kairos.test',
    'https://APP.kairos.test',
    'x',
    '\u00e4',
    '',
  ],
  'Sec-Fetch-Site': ['cross-site', 'same-origin', 'none', 'x'],
  'If-Match': [
    '*',
    '"1"',
    '"0"',
    'W/"1"',
    '"1", "2"',
    '1',
    '"',
    '',
    '"\u00e4"',
    `"${'9'.repeat(400)}"`,
    '"1e400"',
    '"-1"',
    '"NaN"',
  ],
  'If-None-Match': ['*', '"1"', 'W/"1"', ''],
  'If-Modified-Since': ['Thu, 01 Jan 1970 00:00:00 GMT', 'never'],
  'Idempotency-Key': [
    '',
    'a',
    '"a"',
    'a'.repeat(5_000),
    '\u00e4',
    '8e03978e-40d5-43dd-bc93-6894a57f9324',
    '__proto__',
    "'; --",
  ],
  'CF-Connecting-IP': [
    '',
    '::1',
    '1.2.3.4, 5.6.7.8',
    '::ffff:1.2.3.4',
    'fe80::1%eth0',
    '999.1.1.1',
    'x'.repeat(1_000),
    '1.2.3',
    '\u00e4',
    '2001:db8::/32',
  ],
  'User-Agent': ['', 'x'.repeat(5_000), '\u00e4\u0080', '<script>', '%00'],
  'Accept-Language': ['*', 'de-AT;q=2', 'x'.repeat(5_000)],
  Accept: ['text/html', '*/*;q=0', 'application/xml', ''],
  'Accept-Encoding': ['gzip', 'identity;q=0', 'br, *;q=0', 'x'],
  'Content-Encoding': ['gzip', 'identity', 'br', 'x', ''],
  'Content-Language': ['\u00e4'],
  Range: ['bytes=0-1', 'bytes=-1', 'bytes=9-1'],
  Forwarded: ['for=1.2.3.4;host=evil.example;proto=https'],
  'X-Forwarded-For': ['1.2.3.4'],
  'X-Forwarded-Host': ['evil.example'],
  'X-Forwarded-Proto': ['https'],
  'X-HTTP-Method-Override': ['DELETE', 'GET'],
  'X-Request-Id': ['', 'x'.repeat(5_000), '00000000-0000-0000-0000-000000000000'],
  'Access-Control-Request-Method': ['DELETE', '', 'x'],
  'Access-Control-Request-Headers': ['authorization', 'x,'.repeat(5_000), ' '.repeat(9_000)],
  'svix-id': ['', '\u00e4'],
  'svix-timestamp': ['', '0', '-1', '1e400', 'NaN', '9'.repeat(400)],
  'svix-signature': ['', 'v1,', 'v1,=', 'v1,x v1,y', `v1,${'A'.repeat(5_000)}`, 'v2,AAAA', ', , ,'],
  traceparent: ['00-0-0-00'],
};

const odd = fc.constantFrom(...Object.entries(values)).chain(([name, choices]) =>
  fc.constantFrom(...choices).map(
    (value): RequestChange => ({
      label: `${name}: ${value.slice(0, 40)}`,
      apply: (draft) => withHeader(draft, name, value),
    }),
  ),
);

const missing = fc
  .constantFrom('Content-Type', 'Authorization', 'CF-Connecting-IP', 'User-Agent')
  .map((name): RequestChange => ({ label: `no ${name}`, apply: (draft) => withoutHeader(draft, name) }));

const manyHeaders: RequestChange = {
  label: '200 headers',
  apply: (draft) => ({
    ...draft,
    headers: [...draft.headers, ...Array.from({ length: 200 }, (_, index) => [`X-H${index}`, '1'] as const)],
  }),
};

export const headerChanges: fc.Arbitrary<RequestChange> = fc.oneof(
  { weight: 12, arbitrary: odd },
  { weight: 2, arbitrary: missing },
  { weight: 1, arbitrary: fc.constant(manyHeaders) },
);
