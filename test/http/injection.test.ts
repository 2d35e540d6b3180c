import { beforeAll, describe, expect, test } from 'vitest';
import { requestToken } from '../support/app.ts';
import { sql } from '../support/db.ts';
import { createJourney, createRider, type Rider } from '../support/factories.ts';

let rider: Rider;
beforeAll(async () => {
  rider = await createRider();
});

const texts = [
  "'",
  "''",
  '"',
  '`',
  '\\',
  '\\\\',
  "\\'",
  "'; drop table users; --",
  "' or '1'='1",
  '1 or 1=1',
  "x' union select password_hash from users--",
  "'||pg_sleep(0)||'",
  '$1',
  '$$',
  '$tag$',
  '%',
  '%%',
  '_',
  '%_%',
  '*',
  '?',
  '??',
  ':name',
  '@x',
  '#{x}',
  `\${7*7}`,
  '{{7*7}}',
  '<%= 7 %>',
  '$.a',
  '$[*]',
  '{"$ne":null}',
  '{1,2}',
  '(1,2)',
  'null',
  'NULL',
  'default',
  '/*',
  '--',
  ';',
  "E'\\x41'",
  "U&'\\0041'",
  '\\x41',
  '\\u0041',
  '<script>alert(1)</script>',
  ']]>',
  '&lt;',
  '../../etc/passwd',
  '%2e%2e',
  '\r\nSet-Cookie: a=b',
  'ʼ',
  '＇',
  'ﬀ',
  'I\u0307',
  '\u202e',
  '\ufeff',
  '\u200b',
  '👩‍👩‍👧‍👦',
  'e\u0301',
  '\u{10ffff}',
  '\ufffe',
  '\u0085',
  '\u2028',
];

/** The names and texts of riders that others see must neither break the line nor turn the direction. */
const shownTexts = texts.filter((text) => !/[\r\n\u0085\u2028\u202e]/.test(text));

describe('text as data [K22, K10]', () => {
  test('the name and description of a journey come back unchanged', async () => {
    const names = shownTexts.map((text) => `a${text}b`);
    for (const name of names) {
      await sql`delete from daily_counts where user_id = ${rider.id}`;
      const { json, text } = await rider.post('/v1/journeys', { name, description: name });
      expect(json, text).toMatchObject({ name, description: name });
      expect((await rider.get(`/v1/journeys/${json.id}`)).json).toMatchObject({ name, description: name });
    }
  });

  test('the names and notes of markers come back unchanged', async () => {
    const { id } = await createJourney(rider);
    const coordinates = { type: 'Point', coordinates: [16.4, 48.2] };
    const markers = texts.map((text) => ({ name: `a${text}b`, notes: `>${text}`, marker_type: 'plan', coordinates }));
    const { json, text } = await rider.post(`/v1/journeys/${id}/markers/batch`, { markers });
    expect(
      json.items?.map(({ name, notes }: { name: string; notes: string }) => ({ name, notes })),
      text,
    ).toEqual(markers.map(({ name, notes }) => ({ name, notes })));
  });

  test('the name and bio of an account come back unchanged', async () => {
    for (const text of shownTexts) {
      const { json } = await rider.patch('/v1/me', { name: `a${text}b`, bio: `>${text}` });
      expect(json).toMatchObject({ name: `a${text}b`, bio: `>${text}` });
    }
  });

  test('wildcards and SQL in a login match no account', async () => {
    const { count } = (await sql`select count(*)::int as count from sessions`)[0] ?? {};
    for (const text of [
      '%',
      '_',
      "' or '1'='1",
      rider.email.replace('@', '_'),
      `${rider.email}' --`,
      '*',
      '{"$ne":null}',
    ]) {
      const answer = await requestToken({ grant_type: 'password', username: text, password: text });
      expect(answer.json, text).toEqual({
        error: 'invalid_grant',
        error_description: 'The credentials are not valid. Check them and log in again.',
      });
    }
    expect((await sql`select count(*)::int as count from sessions`)[0]?.count).toBe(count);
  });

  // Each with a rider of its own: routes and searches are limited to so many a minute.
  test.each([
    'journeys?status=TEXT',
    'journeys?cursor=TEXT',
    'journeys?TEXT=1',
    'journeys/TEXT',
    'journeys/ID/markers?bbox=TEXT',
    'journeys/ID/markers?marker_type=TEXT',
    'journeys/ID/route?tolerance_m=TEXT',
    'journeys/ID/nearby?when=TEXT',
  ])('special text in %s is refused or finds nothing [K16]', async (pattern) => {
    const asker = await createRider();
    const { id } = await createJourney(asker);
    for (const text of texts) {
      const path = `/v1/${pattern.replace('ID', id).replace('TEXT', () => encodeURIComponent(text))}`;
      const { status } = await asker.get(path);
      expect([400, 404, 422], path).toContain(status);
    }
  });
});
