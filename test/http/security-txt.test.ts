import { env } from 'cloudflare:workers';
import { expect, test } from 'vitest';
import { call } from '../support/app.ts';
import { advance, setTime } from '../support/clock.ts';
import { appWith } from './app-with.ts';

const path = '/.well-known/security.txt';

const fieldsOf = (text: string): Record<string, string> =>
  Object.fromEntries(
    text
      .trimEnd()
      .split('\n')
      .map((line) => line.split(/: (.*)/)),
  );

test('security.txt names the contact of the operator and its own address (RFC 9116)', async () => {
  const { status, headers, text } = await call('GET', path);
  expect([status, headers.get('Content-Type')?.toLowerCase()]).toEqual([200, 'text/plain; charset=utf-8']);
  expect(Object.keys(fieldsOf(text))).toEqual(['Contact', 'Expires', 'Preferred-Languages', 'Canonical']);
  expect(fieldsOf(text)).toMatchObject({ Contact: 'mailto:hello@kairos.test', Canonical: `${env.API_URL}${path}` });
});

test('security.txt expires in a month, and a later response expires later', async () => {
  setTime(new Date('2026-05-01T18:30:00Z'));
  expect(fieldsOf((await call('GET', path)).text).Expires).toBe('2026-05-31T00:00:00.000Z');
  advance(400, 'days');
  expect(fieldsOf((await call('GET', path)).text).Expires).toBe('2027-07-05T00:00:00.000Z');
});

test.each([
  [{ SECURITY_CONTACT: 'https://kairos.test/security' }, 'https://kairos.test/security'],
  [{ SECURITY_CONTACT: 'mailto:security@kairos.test' }, 'mailto:security@kairos.test'],
  [{ MAIL_FROM: 'rides@kairos.test' }, 'mailto:rides@kairos.test'],
])('with %j the contact of security.txt is %s', async (bindings, contact) => {
  expect(fieldsOf((await appWith(bindings)('GET', path)).text).Contact).toBe(contact);
});
