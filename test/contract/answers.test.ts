import { describe, expect, test } from 'vitest';
import { createRider } from '../support/factories.ts';
import { send } from './calls.ts';
import { byId } from './document.ts';
import { expectDeclared, expectProblem } from './expectations.ts';
import { entryOf, exampleNames, prepare } from './register.ts';

const form = 'application/x-www-form-urlencoded';

describe('declared responses [J2]', () => {
  test.each(exampleNames)('%s answers exactly the declared fields', async (name) => {
    const rider = await createRider();
    const { operation, example } = await prepare(name, rider);
    const answer = await send(operation, example, rider);

    expect(answer.status, answer.text).toBe(example.status);
    expectDeclared(operation, answer);
    for (const list of [answer.json?.items, answer.json?.features, answer.json?.keys].filter(Boolean))
      expect(list, 'an empty list shows nothing').not.toHaveLength(0);
    if (!entryOf(operation.id).isCacheable) expect(answer.headers.get('Cache-Control')).toBe('no-store');
    expect(answer.text).not.toMatch(/argon2|password_hash|token_hash|postgres/i);
  });
});

test('the token endpoint reports errors in the terms of RFC 6749 only', async () => {
  const { email } = await createRider();
  const token = byId('createToken');
  for (const [error, fields] of [
    ['invalid_request', {}],
    ['invalid_request', { grant_type: 'password', username: email }],
    ['invalid_request', { grant_type: 'refresh_token' }],
    ['unsupported_grant_type', { grant_type: 'client_credentials' }],
    ['invalid_grant', { grant_type: 'password', username: email, password: 'wrong' }],
    ['invalid_grant', { grant_type: 'refresh_token', refresh_token: 'wrong' }],
  ] as const) {
    const answer = await send(token, { body: new URLSearchParams(fields) }, undefined);
    expectDeclared(token, answer);
    expect(answer.json.error).toBe(error);
    expect(answer.headers.get('Cache-Control')).toBe('no-store');
  }
});

test.each([
  ['a URL with a NUL', { query: '?a=%00' }, {}],
  ['invalid JSON', {}, { headers: { 'Content-Type': 'application/json' }, body: 'grant_type=password' }],
  [
    'bytes that are not UTF-8',
    {},
    { body: `${new URLSearchParams('username=a').toString()}%ff`, headers: { 'Content-Type': form } },
  ],
])('the token endpoint answers %s with a declared problem [O4]', async (_, example, options) => {
  const token = byId('createToken');
  expectProblem(token, await send(token, example, undefined, options), 400);
});
