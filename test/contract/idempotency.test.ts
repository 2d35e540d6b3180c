import { describe, expect, test } from 'vitest';
import { createRider } from '../support/factories.ts';
import { send } from './calls.ts';
import { isOpen, type Operation, operations } from './document.ts';
import { expectDeclared, expectProblem } from './expectations.ts';
import { examplesWhere, prepare } from './register.ts';

const takesKey = ({ parameters }: Operation) => parameters.some(({ name }) => name === 'Idempotency-Key');
const creates = (operation: Operation) => !isOpen(operation) && Boolean(operation.responses[201]);
const withKey = (key: string) => ({ headers: { 'Idempotency-Key': key } });
const withoutToken = (text: string) => text.replace(/,"(?:token|url)":"[^"]*"/, '');
const newKey = () => crypto.randomUUID();

test('exactly the operations that create a resource for a rider take an Idempotency-Key [P6]', () => {
  expect(operations.filter(takesKey).map(({ id }) => id)).toEqual(operations.filter(creates).map(({ id }) => id));
  expect(operations.filter(takesKey).length).toBeGreaterThan(4);
});

describe.each(examplesWhere(takesKey))('%s', (name) => {
  test(`${name} sent again with the same key answers the same resource without its secret, and is marked as replayed [P6]`, async () => {
    const rider = await createRider();
    const { operation, example } = await prepare(name, rider);
    const key = newKey();
    const first = await send(operation, example, rider, withKey(key));
    expect(first.status, first.text).toBe(201);
    expectDeclared(operation, first);
    expect(first.headers.get('Idempotency-Replayed')).toBeNull();

    for (const same of [key, `"${key}"`]) {
      const again = await send(operation, example, rider, withKey(same));
      expect([again.status, again.text]).toEqual([201, withoutToken(first.text)]);
      expectDeclared(operation, again);
      expect(again.headers.get('Idempotency-Replayed')).toBe('true');
      for (const header of ['Location', 'Content-Type', 'ETag', 'Cache-Control'])
        expect(again.headers.get(header), header).toBe(first.headers.get(header));
    }
  });

  test(`${name} with the same key and a different body is refused, even if one byte differs [P6]`, async () => {
    const rider = await createRider();
    const { operation, example } = await prepare(name, rider);
    const key = newKey();
    expect((await send(operation, example, rider, withKey(key))).status).toBe(201);
    const text = typeof example.body === 'string' ? example.body : JSON.stringify(example.body);
    const answer = await send(operation, example, rider, { ...withKey(key), body: `${text}\n` });
    expectProblem(operation, answer, 422, 'idempotency.key_reused');
  });

  test(`${name} with an invalid idempotency key is refused [P6]`, async () => {
    const rider = await createRider();
    const { operation, example } = await prepare(name, rider);
    const wrong = ['', '""', '"open', 'a b', 'a, b', '"a"; b=1', '"a\tb"', 'a"b', '"a\\b"', 'x'.repeat(256)];
    for (const key of wrong)
      expectProblem(operation, await send(operation, example, rider, withKey(key)), 400, 'idempotency.invalid_key');
    const longest = await send(operation, example, rider, withKey('x'.repeat(255)));
    expect(longest.status, longest.text).toBe(201);
  });
});
