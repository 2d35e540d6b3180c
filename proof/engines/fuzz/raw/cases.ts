import { nextNetwork } from '../../../../test/support/app.ts';
import { createJourney, createRider } from '../../../../test/support/factories.ts';
import { mailTo } from '../../../../test/support/mailer.ts';

export type Case = {
  title: string;
  parts: readonly Uint8Array[];
  /** The allowed statuses. The server may also close the connection without a response. */
  expected: readonly number[];
  /** False if the request is incomplete, so that the server may wait for the rest. */
  isOver?: boolean;
  /** The local runtime answers 500 before the Worker sees the request. */
  isLost?: boolean;
  /** Finds a fault in the effect of the request. */
  findEffectFault?: () => Promise<string | undefined>;
};

const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1');

type Head = { method?: string; target?: string; version?: string; host?: string; headers?: readonly string[] };

/** The head of a request, unchanged. */
const head = ({
  method = 'GET',
  target = '/v1/me',
  version = 'HTTP/1.1',
  host = 'api.kairos.test',
  headers = [],
}: Head) =>
  `${[`${method} ${target} ${version}`, `Host: ${host}`, `CF-Connecting-IP: ${nextNetwork()}`, ...headers].join('\r\n')}\r\n\r\n`;

const chunk = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n`;

const whole = (title: string, expected: readonly number[], wanted: Head, body = ''): Case => ({
  title,
  expected,
  parts: [bytes(head(wanted) + body)],
});

/** A case whose request is incomplete, so that the server may wait for the rest. */
const unfinished = (each: Case): Case => ({ ...each, isOver: false });
const lost = (each: Case): Case => ({ ...each, isLost: true });

const refused = [400, 401, 403, 404, 405, 408, 411, 413, 414, 415, 417, 422, 431];

export async function rawCases(): Promise<Case[]> {
  const rider = await createRider();
  const { id } = await createJourney(rider);
  const bearer = `Authorization: Bearer ${rider.token}`;
  const json = 'Content-Type: application/json';
  const chunked = 'Transfer-Encoding: chunked';
  const profile = '{"bio":"Slow."}';
  const patch = (headers: readonly string[]): Head => ({ method: 'PATCH', headers: [bearer, json, ...headers] });
  const many = (count: number, line: (index: number) => string) =>
    Array.from({ length: count }, (_, index) => line(index));

  return [
    // Lengths.
    unfinished(
      whole(
        'a length longer than the body, whose rest never comes [K1]',
        [400, 408, 413],
        patch(['Content-Length: 1000']),
        profile,
      ),
    ),
    whole('a length shorter than the body [K1]', [200, 400, 422], patch(['Content-Length: 5']), profile),
    unfinished(
      whole('a length over the limit with a short body [K1]', [400, 413], patch(['Content-Length: 300000']), profile),
    ),
    whole('a length of 10^30 [K1]', refused, patch([`Content-Length: 1${'0'.repeat(30)}`]), profile),
    whole('a negative length [K1]', refused, patch(['Content-Length: -1']), profile),
    whole('a length in hexadecimal [K1]', refused, patch(['Content-Length: 0xf']), profile),
    whole('a length with a plus sign [K1]', refused, patch(['Content-Length: +15']), profile),
    whole('two lengths [K1]', refused, patch(['Content-Length: 15', 'Content-Length: 5']), profile),
    whole('two lengths in one header [K1]', refused, patch(['Content-Length: 15, 5']), profile),
    whole(
      'a length and chunks [K1]',
      [200, ...refused],
      patch(['Content-Length: 5', chunked]),
      `${chunk(profile)}0\r\n\r\n`,
    ),
    // Chunks.
    whole('a body in chunks [K1]', [200], patch([chunked]), `${chunk('{"bio":')}${chunk('"Slow."}')}0\r\n\r\n`),
    unfinished(whole('a chunked body that is cut off [K1]', refused, patch([chunked]), chunk('{"bio":'))),
    whole(
      'a chunked body over the limit [K1]',
      [400, 413],
      patch([chunked]),
      `${chunk('"'.padEnd(150_000))}${chunk(' '.repeat(150_000))}0\r\n\r\n`,
    ),
    whole(
      'a chunked body over the limit without its last chunk [K1]',
      [400, 413],
      patch([chunked]),
      chunk(' '.repeat(150_000)).repeat(3),
    ),
    lost(
      whole('a chunk whose size is not hexadecimal [K1]', refused, patch([chunked]), `zz\r\n${profile}\r\n0\r\n\r\n`),
    ),
    lost(whole('a chunk of negative size [K1]', refused, patch([chunked]), `-1\r\n${profile}\r\n0\r\n\r\n`)),
    lost(
      whole('a chunk of 2^64 bytes [K1]', refused, patch([chunked]), `ffffffffffffffffff\r\n${profile}\r\n0\r\n\r\n`),
    ),
    lost(whole('a chunk longer than its size [K1]', refused, patch([chunked]), `5\r\n${profile}\r\n0\r\n\r\n`)),
    whole(
      'a chunked form over the limit of forms [K1]',
      [400, 413, 415, 422],
      {
        method: 'POST',
        target: '/v1/auth/token',
        headers: ['Content-Type: application/x-www-form-urlencoded', chunked],
      },
      `${chunk('grant_type=password&'.repeat(1_000))}0\r\n\r\n`,
    ),
    whole('an unknown transfer encoding [K1]', refused, patch(['Transfer-Encoding: chunky']), profile),
    whole('a body with GET [K1]', [200, 400], { headers: [bearer, json, 'Content-Length: 15'] }, profile),
    whole(
      'a body with HEAD [K1]',
      [200, 400],
      { method: 'HEAD', headers: [bearer, json, 'Content-Length: 15'] },
      profile,
    ),
    whole(
      'a body in chunks with DELETE [K1]',
      [404],
      { method: 'DELETE', target: `/v1/journeys/${crypto.randomUUID()}`, headers: [bearer, json, chunked] },
      `${chunk('{}')}0\r\n\r\n`,
    ),
    whole(
      'an unknown expectation in Expect [K1]',
      [200, 400, 417],
      patch(['Content-Length: 15', 'Expect: 200-ok']),
      profile,
    ),
    // Bytes.
    whole('ff fe in a JSON text [K5]', [400], patch(['Content-Length: 12']), '{"bio":"\xff\xfe"}'.slice(0, 12)),
    whole('ff fe in the path [K5]', [400, 404], { target: '/v1/\xff\xfe', headers: [bearer] }),
    whole('ff fe in the query [K5]', [400], { target: '/v1/journeys?cursor=\xff\xfe', headers: [bearer] }),
    whole('ff fe in a header [K5]', [200, 400], { headers: [bearer, 'User-Agent: \xff\xfe'] }),
    whole('a NUL in a header [K3]', refused, { headers: [bearer, 'User-Agent: a\0b'] }),
    whole('a NUL in the path [K3]', refused, { target: '/v1/me\0', headers: [bearer] }),
    whole('a NUL in the token [K3]', refused, { headers: [`${bearer}\0`] }),
    whole('a bare CR in a header', [200, ...refused], { headers: [bearer, 'X-A: a\rX-Canary: canary'] }),
    whole('a bare LF between headers', [200, ...refused], { headers: [`${bearer}\nX-A: a`] }),
    whole('a header folded over two lines', [200, ...refused], { headers: [bearer, 'X-A: a\r\n b'] }),
    whole('a space before the colon', [200, ...refused], { headers: [`Authorization : Bearer ${rider.token}`] }),
    whole('a header without a colon', refused, { headers: [bearer, 'canary'] }),
    whole('a header without a name', refused, { headers: [bearer, ': canary'] }),
    // Credentials.
    whole('two Authorization headers [E11]', [401], { headers: [bearer, bearer] }),
    whole('a valid Authorization header before an invalid one [E11]', [401], {
      headers: [bearer, 'Authorization: Bearer x'],
    }),
    whole('an invalid Authorization header before a valid one [E11]', [401], {
      headers: ['Authorization: Bearer x', bearer],
    }),
    whole('a list of two tokens in Authorization [E11]', [401], { headers: [`${bearer}, Bearer x`] }),
    whole('a token outside of ASCII [E11]', [401], { headers: ['Authorization: Bearer \xe4\xf6'] }),
    whole('another Authorization scheme [E11]', [401], { headers: [`Authorization: Token ${rider.token}`] }),
    whole('one cookie twice in one header [G10]', [401], {
      headers: [`Cookie: __Host-kairos_access=${rider.token}; __Host-kairos_access=${rider.token}`],
    }),
    whole('one cookie in two headers [G10]', [401], {
      headers: many(2, () => `Cookie: __Host-kairos_access=${rider.token}`),
    }),
    whole('a cookie after a no-break space [G10]', [401], {
      headers: [`Cookie: \xa0__Host-kairos_access=${rider.token}`],
    }),
    whole('a cookie with a no-break space after its name [G10]', [401], {
      headers: [`Cookie: __Host-kairos_access\xa0=${rider.token}`],
    }),
    whole('a cookie in quotes [G10]', [401], { headers: [`Cookie: __Host-kairos_access="${rider.token}"`] }),
    // Oversized requests.
    whole('500 headers [K19]', [200, 400, 431], { headers: [bearer, ...many(500, (index) => `X-H${index}: 1`)] }),
    whole('20,000 headers [K19]', refused, { headers: [bearer, ...many(20_000, (index) => `X-H${index}: 1`)] }),
    whole('100 cookies [K19]', [401], { headers: [`Cookie: ${many(100, (index) => `c${index}=1`).join('; ')}`] }),
    whole('100 Cookie headers [K19]', [401], { headers: many(100, (index) => `Cookie: c${index}=1`) }),
    whole('a header of 200 KB [K19]', [200, ...refused], { headers: [bearer, `X-A: ${'a'.repeat(200_000)}`] }),
    whole('a URL of 16 KB [K19]', [400, 414], { target: `/v1/me?a=${'a'.repeat(16_384)}`, headers: [bearer] }),
    whole('a URL of 1 MB [K19]', [400, 414, 431], { target: `/v1/me?a=${'a'.repeat(1_000_000)}`, headers: [bearer] }),
    whole('10,000 query parameters [K19]', [400, 414], {
      target: `/v1/me?${'a=1&'.repeat(10_000)}`,
      headers: [bearer],
    }),
    // Paths.
    ...['//v1/me', '///v1/me', '/V1/me', '/v1/me/', '/v1//me', '/v1/me;a', '/v1%2Fme', '/v1/me%2F', '/v1\\me'].map(
      (target) => whole(`${target} without a credential [K17]`, [400, 401, 404], { target }),
    ),
    ...['/v1/%2e%2e/v1/me', '/%2e/v1/me', '/v1/%6de', '/%76%31/me', '/x/../v1/me', '/../v1/me'].map((target) =>
      whole(`${target} without a credential [K17]`, [400, 401, 404], { target }),
    ),
    whole('no path [K17]', refused, { target: '', headers: [bearer] }),
    whole('a path without its first slash [K17]', refused, { target: 'v1/me', headers: [bearer] }),
    whole('a target with a fragment [K17]', [200, 400, 404], { target: '/v1/me#x', headers: [bearer] }),
    lost(whole('the target * [K17]', [400, 404, 405], { method: 'OPTIONS', target: '*' })),
    whole('a URL with another host and port as target [K17]', [400, 401, 404], { target: 'http://127.0.0.1:1/v1/me' }),
    whole('a URL without a scheme as target [K17]', refused, { target: '://v1/me' }),
    // Methods and versions.
    whole('TRACE [K18]', [400, 405, 501], { method: 'TRACE', headers: [bearer, 'X-Secret: canary'] }),
    lost(whole('CONNECT [K18]', [400, 404, 405], { method: 'CONNECT', target: 'evil.example:443' })),
    lost(whole('CONNECT to a path [K18]', [400, 404, 405], { method: 'CONNECT', headers: [bearer] })),
    whole('an unknown method [K18]', [400, 404, 405, 501], { method: 'KAIROS', headers: [bearer] }),
    whole('a method in lower case [K18]', [400, 404, 405, 501], {
      method: 'delete',
      target: `/v1/journeys/${id}`,
      headers: [bearer],
    }),
    whole('HTTP/1.0 [K18]', [200, 400, 426, 505], { version: 'HTTP/1.0', headers: [bearer] }),
    whole('HTTP/9.9 [K18]', [200, 400], { version: 'HTTP/9.9', headers: [bearer] }),
    { title: 'HTTP/0.9', expected: refused, parts: [bytes('GET /v1/me\r\n\r\n')] },
    { title: 'the preface of HTTP/2', expected: refused, parts: [bytes('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')] },
    { title: 'a TLS hello', expected: refused, parts: [Buffer.from('16030100c8010000c40303', 'hex')], isOver: false },
    { title: 'empty lines', expected: refused, parts: [bytes('\r\n\r\n\r\n\r\n')], isOver: false },
    { title: 'no Host', expected: [200, ...refused], parts: [bytes(`GET /health HTTP/1.1\r\n\r\n`)] },
    {
      title: 'two Hosts',
      isLost: true,
      expected: [200, ...refused],
      parts: [bytes(head({ target: '/health', headers: ['Host: evil.example'] }))],
    },
    whole('an invalid Host', [200, ...refused], { target: '/health', host: '%%% \xff' }),
    // A second request hidden in the body of the first has to be answered as an anonymous request.
    whole(
      'a second request smuggled after a length of 0',
      [200, 400, 401, 415, 422],
      patch(['Content-Length: 0']),
      head({ target: '/v1/journeys' }),
    ),
    ...(await misled()),
  ];
}

/** D6: mailed links lead to the configured host, whatever host the request names. */
async function misled(): Promise<Case[]> {
  const ways: Readonly<Record<string, Head>> = {
    'a target in absolute form': { target: 'http://evil.example/v1/auth/password/forgot' },
    'another Host': { host: 'evil.example' },
    'a Host with a port': { host: 'api.kairos.test:evil.example' },
    'X-Forwarded-Host': {
      headers: ['X-Forwarded-Host: evil.example', 'Forwarded: host=evil.example', 'X-Original-URL: //evil.example'],
    },
    'two Hosts': { headers: ['Host: evil.example'] },
  };
  return await Promise.all(
    Object.entries(ways).map(async ([title, { headers = [], ...where }]): Promise<Case> => {
      const { email } = await createRider();
      const body = JSON.stringify({ email });
      const own = ['Content-Type: application/json', `Content-Length: ${body.length}`];
      const sent = whole(
        `${title} [D6]`,
        [202, 400, 404],
        { method: 'POST', target: '/v1/auth/password/forgot', ...where, headers: [...own, ...headers] },
        body,
      );
      return {
        ...lost(sent),
        async findEffectFault() {
          const mail = await mailTo(email).catch(() => undefined);
          const strange = mail?.links.filter((link) => !link.startsWith('https://kairos.test/'));
          return strange?.length ? `the mail leads to ${strange.join(' ')}` : undefined;
        },
      };
    }),
  );
}
