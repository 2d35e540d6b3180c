import { beforeAll, describe, expect, test } from 'vitest';
import { call, requestToken } from '../support/app.ts';
import { createRider, type Rider } from '../support/factories.ts';

let rider: Rider;
beforeAll(async () => {
  rider = await createRider();
});

const json = { 'Content-Type': 'application/json' };
const send = (body: string | Uint8Array) => call('PATCH', '/v1/me', { token: rider.token, headers: json, body });
const bytes = (...parts: (string | number[])[]) =>
  new Uint8Array(parts.flatMap((part) => (typeof part === 'string' ? [...new TextEncoder().encode(part)] : part)));

describe('depth of JSON [K2]', () => {
  const nested = (open: string, close: string, depth: number) => open.repeat(depth) + close.repeat(depth);

  test.each([
    ['100,000 arrays', nested('[', ']', 100_000)],
    ['100,000 arrays that are never closed', '['.repeat(100_000)],
    ['20,000 objects', `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`],
    ['33 arrays', nested('[', ']', 33)],
    ['33 objects', `${'{"a":'.repeat(33)}1${'}'.repeat(33)}`],
    ['33 arrays after a string with quotes and backslashes', `["\\"\\\\",${nested('[', ']', 32)}]`],
    ['33 arrays after closed ones', `[${'[],'.repeat(100)}${nested('[', ']', 32)}]`],
  ])('JSON with %s is refused as too deep before it is parsed', async (_, body) => {
    const answer = await send(body);
    expect(answer.status, answer.text).toBe(400);
    expect(answer.json.code).toBe('http.json_too_deep');
  });

  test.each([
    ['32 arrays', nested('[', ']', 32)],
    ['40 arrays beside each other', `[${'[],'.repeat(40)}1]`],
    ['40 objects beside each other', `[${'{},'.repeat(40)}1]`],
  ])('JSON with %s is not too deep, only of the wrong shape', async (_, body) => {
    expect((await send(body)).status).toBe(422);
  });

  test('brackets within a JSON string do not count as depth', async () => {
    const name = `${'['.repeat(40)}"\\${'{'.repeat(40)}`;
    const answer = await send(JSON.stringify({ name }));
    expect(answer.json.name).toBe(name);
  });
});

describe('bytes that are not UTF-8 [K5]', () => {
  test.each<[string, number[]]>([
    ['ff fe', [0xff, 0xfe]],
    ['a lone continuation byte', [0x80]],
    ['an overlong NUL', [0xc0, 0x80]],
    ['an overlong slash', [0xe0, 0x80, 0xaf]],
    ['an encoded surrogate', [0xed, 0xa0, 0x80]],
    ['a character beyond Unicode', [0xf4, 0x90, 0x80, 0x80]],
    ['a character cut short', [0xe2, 0x82]],
    ['Latin-1', [0xe4]],
  ])('a body with %s is refused instead of being repaired', async (_, bad) => {
    const answer = await send(bytes('{"name":"a', bad, '"}'));
    expect(answer.status).toBe(400);
    expect(answer.json.code).toBe('http.malformed_text');
    const form = await call('POST', '/v1/auth/token', {
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      body: bytes('grant_type=password&password=x&username=a', bad),
    });
    expect(form.status).toBe(400);
  });

  test('percent escapes in a form must be UTF-8 too', async () => {
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
    for (const text of ['%ff', '%ed%a0%80', '%c0%80']) {
      const answer = await call('POST', '/v1/auth/token', {
        headers,
        body: `grant_type=password&password=x&username=${text}`,
      });
      expect(answer.json).toMatchObject({ status: 400, code: 'http.malformed_text' });
    }
    const nul = await call('POST', '/v1/auth/token', { headers, body: 'grant_type=password&password=x&username=a%00' });
    expect(nul.json).toMatchObject({ status: 422, code: 'http.unstorable_text' });
    const bare = await call('POST', '/v1/auth/token', {
      headers,
      body: 'grant_type=password&password=100%&username=a%zz',
    });
    expect(bare.json.error).toBe('invalid_grant');
  });

  test('a body in UTF-16 is refused, whatever its charset says', async () => {
    const text = '{"name":"Anna"}';
    const utf16 = new Uint8Array([0xff, 0xfe, ...[...text].flatMap((char) => [char.charCodeAt(0), 0])]);
    const headers = { 'Content-Type': 'application/json; charset=utf-16' };
    expect((await call('PATCH', '/v1/me', { token: rider.token, headers, body: utf16 })).status).toBe(400);
  });

  test('a UTF-8 byte order mark is not part of the text', async () => {
    expect((await send(bytes([0xef, 0xbb, 0xbf], '{"name":"Marked"}'))).json.name).toBe('Marked');
  });
});

describe('JSON of RFC 8259 [K11]', () => {
  test.each([
    '{}',
    ' {} ',
    '\r\n\t{}',
    '[]',
    '[null]',
    '[[]]',
    '"text"',
    '""',
    'true',
    'null',
    '-0',
    '0',
    '1E22',
    '1e-2',
    '123.456e78',
    '{"":0}',
    '{"a":[]}',
    '{"a":"b","a":"c"}',
    '["\\u0060\\u012a\\u12AB"]',
    '["\\uD801\\udc37"]',
    '["\\"\\\\\\/\\b\\f\\n\\r\\t"]',
    '["\u2028\u2029"]',
    '["\u007f"]',
    '["\u{10ffff}"]',
    '[1\n]',
    '["a/*b*/c"]',
    '{"a":{"b":[1,2,{"c":null}]}}',
  ])('the valid JSON %j is read', async (text) => {
    expect([200, 422]).toContain((await send(text)).status);
  });

  test.each([
    '',
    ' ',
    '[',
    ']',
    '{',
    '}',
    '[1,]',
    '[,1]',
    '[1,,2]',
    '[1 2]',
    '[1]]',
    '[1]x',
    '{"a":1,}',
    '{,}',
    '{"a"}',
    '{"a":}',
    '{"a" 1}',
    '{a:1}',
    "{'a':1}",
    '{"a":1}{"b":2}',
    '{"a":1}#',
    '/* c */{}',
    '{}//',
    '[01]',
    '[-01]',
    '[.5]',
    '[1.]',
    '[1e]',
    '[1e+]',
    '[+1]',
    '[0x1]',
    '[1_000]',
    '[NaN]',
    '[-Infinity]',
    '[- 1]',
    'nul',
    'True',
    'undefined',
    '"',
    '["a',
    '["\\x00"]',
    '["\\u00A"]',
    '["\\u{61}"]',
    '["\\a"]',
    '["\t"]',
    '["a\nb"]',
    '["\u0000"]',
    '["\u001f"]',
    '\u000c[]',
    '\u00a0[]',
    '\u2060[]',
    '[\u000b]',
    "['a']",
    '`a`',
    '\\u0000',
    '{"a":1;"b":2}',
    '<x/>',
    '%7B%7D',
    'a=b',
  ])('the invalid JSON %j is refused with 400', async (text) => {
    const answer = await send(text);
    expect(answer.status, answer.text).toBe(400);
    expect(answer.json.code).toBe('http.malformed_json');
  });

  test.each([
    '[1e400]',
    '[-1e400]',
    '[1e-400]',
    `[${'9'.repeat(400)}]`,
    '["\\uD800"]',
    '["\\uDFAA"]',
    '["\\uD800\\uD800"]',
    '["\\u0000"]',
    '{"\\u0000":1}',
    `{"name":"a","\\uD800":1}`,
  ])('the unusual JSON %j answers 422 without an internal error', async (text) => {
    expect((await send(text)).status).toBe(422);
  });
});

describe('duplicates [K12]', () => {
  test('the last of duplicate JSON keys counts, for validation and for the effect', async () => {
    expect((await send('{"name":"First","name":"Second"}')).json.name).toBe('Second');
    expect((await send('{"name":7,"name":"Third"}')).json.name).toBe('Third');
    expect((await send('{"name":"Fourth","name":7}')).status).toBe(422);
    expect((await send('{"name":"Fifth","n\\u0061me":"Sixth"}')).json.name).toBe('Sixth');
  });

  test('duplicate query parameters are refused', async () => {
    for (const query of [
      'limit=5&limit=9',
      'limit=5&limit=5',
      'status=planned&status=active',
      'cursor=a&cursor=b',
      'limit=5&%6cimit=9',
    ])
      expect((await rider.get(`/v1/journeys?${query}`)).status, query).toBe(422);
  });

  test('duplicate form fields are refused, as RFC 6749 section 3.2 says', async () => {
    const body = new URLSearchParams({ grant_type: 'password', username: rider.email, password: 'x' });
    for (const [name, value] of [
      ['username', 'b'],
      ['password', 'y'],
      ['grant_type', 'password'],
      ['scope', 'a'],
    ] as const) {
      const twice = new URLSearchParams([...body, ['scope', 'a'], [name, value]]);
      const answer = await call('POST', '/v1/auth/token', { body: twice });
      expect(answer.json, name).toMatchObject({ error: 'invalid_request' });
    }
    expect((await requestToken({ 'grant_type[]': 'password' })).json.error).toBe('invalid_request');
  });

  test('two credentials in the headers are refused', async () => {
    const headers = new Headers({ Authorization: `Bearer ${rider.token}` });
    headers.append('Authorization', `Bearer ${rider.token}`);
    expect((await call('GET', '/v1/me', { headers: Object.fromEntries(headers) })).status).toBe(401);
  });
});

describe('keys with a meaning in JavaScript [J3]', () => {
  test.each(['__proto__', 'constructor', 'prototype', 'hasOwnProperty', 'toJSON'])(
    'the key %s in a body or form has no effect',
    async (key) => {
      const answer = await send(`{"name":"Anna","${key}":{"role":"admin"}}`);
      expect([200, 422]).toContain(answer.status);
      const form = await requestToken({
        grant_type: 'password',
        [`${key}`]: 'x',
        [`a.${key}.b`]: 'y',
        [`${key}[]`]: 'z',
      });
      expect(form.json.error).toBe('invalid_request');
      expect((await rider.get('/v1/me')).json.role).toBe('user');
      expect(Object.hasOwn(Object.prototype, 'role')).toBe(false);
    },
  );
});
