import { nextNetwork } from '../../../../test/support/app.ts';
import { createJourney, createRider } from '../../../../test/support/factories.ts';
import { mailTo } from '../../../../test/support/mailer.ts';

export type Case = {
  title: string;
  parts: readonly Uint8Array[];
  /** The allowed statuses. The server may also close the connection without a response, if it may refuse the request. */
  expected: readonly number[];
  /** The allowed statuses of a second response, if one follows. */
  expectedSecond?: readonly number[];
  /** False if the request is incomplete, so that the server may wait for the rest. */
  isComplete?: boolean;
  /** The local runtime may answer 5xx before the Worker sees the request. This is no fault. */
  mayFailInRuntime?: boolean;
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

const createCase = (title: string, expected: readonly number[], wanted: Head, body = ''): Case => ({
  title,
  expected,
  parts: [bytes(head(wanted) + body)],
});

/** A case whose request is incomplete, so that the server may wait for the rest. */
const markIncomplete = (each: Case): Case => ({ ...each, isComplete: false });
const markRuntimeFailure = (each: Case): Case => ({ ...each, mayFailInRuntime: true });

const refusalStatuses = [400, 401, 403, 404, 405, 408, 411, 413, 414, 415, 417, 422, 431];

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
    markIncomplete(
      createCase(
        'a length longer than the body, whose rest never comes [K1]',
        [400, 408, 413],
        patch(['Content-Length: 1000']),
        profile,
      ),
    ),
    createCase('a length shorter than the body [K1]', [200, 400, 422], patch(['Content-Length: 5']), profile),
    markIncomplete(
      createCase(
        'a length over the limit with a short body [K1]',
        [400, 413],
        patch(['Content-Length: 300000']),
        profile,
      ),
    ),
    createCase('a length of 10^30 [K1]', refusalStatuses, patch([`Content-Length: 1${'0'.repeat(30)}`]), profile),
    createCase('a negative length [K1]', refusalStatuses, patch(['Content-Length: -1']), profile),
    createCase('a length in hexadecimal [K1]', refusalStatuses, patch(['Content-Length: 0xf']), profile),
    createCase('a length with a plus sign [K1]', refusalStatuses, patch(['Content-Length: +15']), profile),
    createCase('two lengths [K1]', refusalStatuses, patch(['Content-Length: 15', 'Content-Length: 5']), profile),
    createCase('two lengths in one header [K1]', refusalStatuses, patch(['Content-Length: 15, 5']), profile),
    createCase(
      'a length and chunks [K1]',
      [200, ...refusalStatuses],
      patch(['Content-Length: 5', chunked]),
      `${chunk(profile)}0\r\n\r\n`,
    ),
    // Chunks.
    createCase('a body in chunks [K1]', [200], patch([chunked]), `${chunk('{"bio":')}${chunk('"Slow."}')}0\r\n\r\n`),
    markIncomplete(
      createCase('a chunked body that is cut off [K1]', refusalStatuses, patch([chunked]), chunk('{"bio":')),
    ),
    createCase(
      'a chunked body over the limit [K1]',
      [400, 413],
      patch([chunked]),
      `${chunk('"'.padEnd(150_000))}${chunk(' '.repeat(150_000))}0\r\n\r\n`,
    ),
    createCase(
      'a chunked body over the limit without its last chunk [K1]',
      [400, 413],
      patch([chunked]),
      chunk(' '.repeat(150_000)).repeat(3),
    ),
    markRuntimeFailure(
      createCase(
        'a chunk whose size is not hexadecimal [K1]',
        refusalStatuses,
        patch([chunked]),
        `zz\r\n${profile}\r\n0\r\n\r\n`,
      ),
    ),
    markRuntimeFailure(
      createCase('a chunk of negative size [K1]', refusalStatuses, patch([chunked]), `-1\r\n${profile}\r\n0\r\n\r\n`),
    ),
    markRuntimeFailure(
      createCase(
        'a chunk of 2^64 bytes [K1]',
        refusalStatuses,
        patch([chunked]),
        `ffffffffffffffffff\r\n${profile}\r\n0\r\n\r\n`,
      ),
    ),
    markRuntimeFailure(
      createCase(
        'a chunk longer than its size [K1]',
        refusalStatuses,
        patch([chunked]),
        `5\r\n${profile}\r\n0\r\n\r\n`,
      ),
    ),
    createCase(
      'a chunked form over the limit of forms [K1]',
      [400, 413, 415, 422],
      {
        method: 'POST',
        target: '/v1/auth/token',
        headers: ['Content-Type: application/x-www-form-urlencoded', chunked],
      },
      `${chunk('grant_type=password&'.repeat(1_000))}0\r\n\r\n`,
    ),
    createCase('an unknown transfer encoding [K1]', refusalStatuses, patch(['Transfer-Encoding: chunky']), profile),
    createCase('a body with GET [K1]', [200, 400], { headers: [bearer, json, 'Content-Length: 15'] }, profile),
    createCase(
      'a body with HEAD [K1]',
      [200, 400],
      { method: 'HEAD', headers: [bearer, json, 'Content-Length: 15'] },
      profile,
    ),
    createCase(
      'a body in chunks with DELETE [K1]',
      [404],
      { method: 'DELETE', target: `/v1/journeys/${crypto.randomUUID()}`, headers: [bearer, json, chunked] },
      `${chunk('{}')}0\r\n\r\n`,
    ),
    createCase(
      'an unknown expectation in Expect [K1]',
      [200, 400, 417],
      patch(['Content-Length: 15', 'Expect: 200-ok']),
      profile,
    ),
    // Bytes.
    createCase('ff fe in a JSON text [K5]', [400], patch(['Content-Length: 12']), '{"bio":"\xff\xfe"}'.slice(0, 12)),
    createCase('ff fe in the path [K5]', [400, 404], { target: '/v1/\xff\xfe', headers: [bearer] }),
    createCase('ff fe in the query [K5]', [400], { target: '/v1/journeys?cursor=\xff\xfe', headers: [bearer] }),
    createCase('ff fe in a header [K5]', [200, 400], { headers: [bearer, 'User-Agent: \xff\xfe'] }),
    createCase('a NUL in a header [K3]', refusalStatuses, { headers: [bearer, 'User-Agent: a\0b'] }),
    createCase('a NUL in the path [K3]', refusalStatuses, { target: '/v1/me\0', headers: [bearer] }),
    createCase('a NUL in the token [K3]', refusalStatuses, { headers: [`${bearer}\0`] }),
    createCase('a bare CR in a header', [200, ...refusalStatuses], { headers: [bearer, 'X-A: a\rX-Canary: canary'] }),
    createCase('a bare LF between headers', [200, ...refusalStatuses], { headers: [`${bearer}\nX-A: a`] }),
    createCase('a header folded over two lines', [200, ...refusalStatuses], { headers: [bearer, 'X-A: a\r\n b'] }),
    createCase('a space before the colon', [200, ...refusalStatuses], {
      headers: [`Authorization : Bearer ${rider.token}`],
    }),
    createCase('a header without a colon', refusalStatuses, { headers: [bearer, 'canary'] }),
    createCase('a header without a name', refusalStatuses, { headers: [bearer, ': canary'] }),
    // Credentials.
    createCase('two Authorization headers [E11]', [401], { headers: [bearer, bearer] }),
    createCase('a valid Authorization header before an invalid one [E11]', [401], {
      headers: [bearer, 'Authorization: Bearer x'],
    }),
    createCase('an invalid Authorization header before a valid one [E11]', [401], {
      headers: ['Authorization: Bearer x', bearer],
    }),
    createCase('a list of two tokens in Authorization [E11]', [401], { headers: [`${bearer}, Bearer x`] }),
    createCase('a token outside of ASCII [E11]', [401], { headers: ['Authorization: Bearer \xe4\xf6'] }),
    createCase('another Authorization scheme [E11]', [401], { headers: [`Authorization: Token ${rider.token}`] }),
    createCase('one cookie twice in one header [G10]', [401], {
      headers: [`Cookie: __Host-kairos_access=${rider.token}; __Host-kairos_access=${rider.token}`],
    }),
    createCase('one cookie in two headers [G10]', [401], {
      headers: many(2, () => `Cookie: __Host-kairos_access=${rider.token}`),
    }),
    createCase('a cookie after a no-break space [G10]', [401], {
      headers: [`Cookie: \xa0__Host-kairos_access=${rider.token}`],
    }),
    createCase('a cookie with a no-break space after its name [G10]', [401], {
      headers: [`Cookie: __Host-kairos_access\xa0=${rider.token}`],
    }),
    createCase('a cookie in quotes [G10]', [401], { headers: [`Cookie: __Host-kairos_access="${rider.token}"`] }),
    // Oversized requests.
    createCase('500 headers [K19]', [200, 400, 431], { headers: [bearer, ...many(500, (index) => `X-H${index}: 1`)] }),
    createCase('20,000 headers [K19]', refusalStatuses, {
      headers: [bearer, ...many(20_000, (index) => `X-H${index}: 1`)],
    }),
    createCase('100 cookies [K19]', [401], { headers: [`Cookie: ${many(100, (index) => `c${index}=1`).join('; ')}`] }),
    createCase('100 Cookie headers [K19]', [401], { headers: many(100, (index) => `Cookie: c${index}=1`) }),
    createCase('a header of 200 KB [K19]', [200, ...refusalStatuses], {
      headers: [bearer, `X-A: ${'a'.repeat(200_000)}`],
    }),
    createCase('a URL of 16 KB [K19]', [400, 414], { target: `/v1/me?a=${'a'.repeat(16_384)}`, headers: [bearer] }),
    createCase('a URL of 1 MB [K19]', [400, 414, 431], {
      target: `/v1/me?a=${'a'.repeat(1_000_000)}`,
      headers: [bearer],
    }),
    createCase('10,000 query parameters [K19]', [400, 414], {
      target: `/v1/me?${'a=1&'.repeat(10_000)}`,
      headers: [bearer],
    }),
    // Paths.
    ...['//v1/me', '///v1/me', '/V1/me', '/v1/me/', '/v1//me', '/v1/me;a', '/v1%2Fme', '/v1/me%2F', '/v1\\me'].map(
      (target) => createCase(`${target} without a credential [K17]`, [400, 401, 404], { target }),
    ),
    ...['/v1/%2e%2e/v1/me', '/%2e/v1/me', '/v1/%6de', '/%76%31/me', '/x/../v1/me', '/../v1/me'].map((target) =>
      createCase(`${target} without a credential [K17]`, [400, 401, 404], { target }),
    ),
    createCase('no path [K17]', refusalStatuses, { target: '', headers: [bearer] }),
    createCase('a path without its first slash [K17]', refusalStatuses, { target: 'v1/me', headers: [bearer] }),
    createCase('a target with a fragment [K17]', [200, 400, 404], { target: '/v1/me#x', headers: [bearer] }),
    markRuntimeFailure(createCase('the target * [K17]', [400, 404, 405], { method: 'OPTIONS', target: '*' })),
    createCase('a URL with another host and port as target [K17]', [400, 401, 404], {
      target: 'http://127.0.0.1:1/v1/me',
    }),
    createCase('a URL without a scheme as target [K17]', refusalStatuses, { target: '://v1/me' }),
    // Methods and versions.
    createCase('TRACE [K18]', [400, 405, 501], { method: 'TRACE', headers: [bearer, 'X-Secret: canary'] }),
    markRuntimeFailure(createCase('CONNECT [K18]', [400, 404, 405], { method: 'CONNECT', target: 'evil.example:443' })),
    markRuntimeFailure(
      createCase('CONNECT to a path [K18]', [400, 404, 405], { method: 'CONNECT', headers: [bearer] }),
    ),
    createCase('an unknown method [K18]', [400, 404, 405, 501], { method: 'KAIROS', headers: [bearer] }),
    createCase('a method in lower case [K18]', [400, 404, 405, 501], {
      method: 'delete',
      target: `/v1/journeys/${id}`,
      headers: [bearer],
    }),
    createCase('HTTP/1.0 [K18]', [200, 400, 426, 505], { version: 'HTTP/1.0', headers: [bearer] }),
    createCase('HTTP/9.9 [K18]', [200, 400], { version: 'HTTP/9.9', headers: [bearer] }),
    { title: 'HTTP/0.9', expected: refusalStatuses, parts: [bytes('GET /v1/me\r\n\r\n')] },
    { title: 'the preface of HTTP/2', expected: refusalStatuses, parts: [bytes('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')] },
    {
      title: 'a TLS hello',
      expected: refusalStatuses,
      parts: [Buffer.from('16030100c8010000c40303', 'hex')],
      isComplete: false,
    },
    { title: 'empty lines', expected: refusalStatuses, parts: [bytes('\r\n\r\n\r\n\r\n')], isComplete: false },
    { title: 'no Host', expected: [200, ...refusalStatuses], parts: [bytes(`GET /health HTTP/1.1\r\n\r\n`)] },
    {
      title: 'two Hosts',
      mayFailInRuntime: true,
      expected: [200, ...refusalStatuses],
      parts: [bytes(head({ target: '/health', headers: ['Host: evil.example'] }))],
    },
    createCase('an invalid Host', [200, ...refusalStatuses], { target: '/health', host: '%%% \xff' }),
    // A second request hidden in the body of the first has to be answered as an anonymous request.
    {
      ...createCase(
        'a second request smuggled after a length of 0',
        [200, 400, 401, 415, 422],
        patch(['Content-Length: 0']),
        head({ target: '/v1/journeys' }),
      ),
      expectedSecond: [400, 401],
    },
    ...(await createHostCases()),
  ];
}

/** D6: mailed links lead to the configured host, whatever host the request names. */
async function createHostCases(): Promise<Case[]> {
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
      const sent = createCase(
        `${title} [D6]`,
        [202, 400, 404],
        { method: 'POST', target: '/v1/auth/password/forgot', ...where, headers: [...own, ...headers] },
        body,
      );
      return {
        ...markRuntimeFailure(sent),
        async findEffectFault() {
          const mail = await mailTo(email).catch(() => undefined);
          const strange = mail?.links.filter((link) => !link.startsWith('https://kairos.test/'));
          return strange?.length ? `the mail leads to ${strange.join(' ')}` : undefined;
        },
      };
    }),
  );
}
