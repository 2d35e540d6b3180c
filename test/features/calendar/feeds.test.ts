import { beforeEach, describe, expect, test, vi } from 'vitest';
import { call, clientWith } from '../../support/app.ts';
import { advance, setTime } from '../../support/clock.ts';
import { sql } from '../../support/db.ts';
import { createJourney, createRider } from '../../support/factories.ts';
import { createFeed, createPlanned, fetchFeed } from './read-calendar.ts';

const without = (json: object) => ({ ...json, request_id: '' });

describe('calendar feeds', () => {
  test('the link of a feed is shown once, and only a hash of it is stored [H11]', async () => {
    const rider = await createRider();
    const { id, url } = await createFeed(rider, { places: true });
    const token = url.split('/').at(-2) ?? '';
    expect(url).toMatch(/\/v1\/calendar\/feeds\/kai_feed_[0-9a-f]{64}\/kairos\.ics$/);
    const { json, text } = await rider.get('/v1/calendar/feeds');
    expect(json.items).toEqual([
      { id, name: 'My journeys', journey_id: null, places: true, created_at: expect.any(String) },
    ]);
    expect(text).not.toContain('kai_feed');
    const [row] = await sql`select f::text as text from calendar_feeds f where id = ${id}`;
    expect(row?.text).not.toContain(token.slice(9));
  });

  test('a repeated request with an idempotency key creates one feed and does not show its link again [H11]', async () => {
    const rider = await createRider();
    const headers = { 'Idempotency-Key': crypto.randomUUID() };
    const first = await rider.post('/v1/calendar/feeds', { name: 'Mine' }, { headers });
    const again = await rider.post('/v1/calendar/feeds', { name: 'Mine' }, { headers });
    expect([first.status, again.status]).toEqual([201, 201]);
    const { url, ...shown } = first.json;
    expect(again.json).toEqual(shown);
    expect(url).toBeDefined();
    expect((await rider.get('/v1/calendar/feeds')).json.items).toHaveLength(1);
  });

  test('a feed of another rider’s journey cannot be created, as of an unknown one [H11]', async () => {
    const [anna, ben] = [await createRider(), await createRider()];
    const { id } = await createJourney(anna);
    const [foreign, unknown] = [
      await ben.post('/v1/calendar/feeds', { name: 'x', journey_id: id }),
      await ben.post('/v1/calendar/feeds', { name: 'x', journey_id: crypto.randomUUID() }),
    ];
    expect([foreign.status, unknown.status]).toEqual([404, 404]);
    expect(without(foreign.json)).toEqual(without(unknown.json));
  });

  test('another rider cannot delete or list a feed [H11]', async () => {
    const [anna, ben] = [await createRider(), await createRider()];
    const feed = await createFeed(anna);
    const [foreign, unknown] = [
      await ben.delete(`/v1/calendar/feeds/${feed.id}`),
      await ben.delete(`/v1/calendar/feeds/${crypto.randomUUID()}`),
    ];
    expect([foreign.status, unknown.status]).toEqual([404, 404]);
    expect(without(foreign.json)).toEqual(without(unknown.json));
    expect((await ben.get('/v1/calendar/feeds')).json.items).toEqual([]);
    expect((await fetchFeed(feed)).status).toBe(200);
  });

  test('a feed that is deleted, unknown or of a disabled rider answers the same 404 at once [H12]', async () => {
    const [anna, ben] = [await createRider(), await createRider()];
    const [deleted, disabled] = [await createFeed(anna), await createFeed(ben)];
    expect([(await fetchFeed(deleted)).status, (await fetchFeed(disabled)).status]).toEqual([200, 200]);
    expect((await anna.delete(`/v1/calendar/feeds/${deleted.id}`)).status).toBe(204);
    await sql`update users set disabled_at = now() where id = ${ben.id}`;
    const unknown = { url: deleted.url.replace(/[0-9a-f]{64}/, 'a'.repeat(64)) };
    const answers = await Promise.all([deleted, disabled, unknown].map(fetchFeed));
    for (const { status, json, headers } of answers) {
      expect([status, without(json)]).toEqual([404, without(answers[0]?.json)]);
      expect(headers.get('Cache-Control')).toBe('no-store');
    }
  });

  test('a rider has at most ten feeds, even when they are created simultaneously [H13]', async () => {
    const rider = await createRider();
    const answers = await Promise.all(
      Array.from({ length: 15 }, () => rider.post('/v1/calendar/feeds', { name: 'x' })),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(10);
    expect(answers.filter(({ json }) => json.code === 'calendar.too_many')).toHaveLength(5);
  });

  test('feeds need a session, and creating one needs a recent login, but deleting it does not [H11]', async () => {
    setTime(new Date());
    const rider = await createRider();
    const { id } = await createFeed(rider);
    const { json: key } = await rider.post('/v1/api-keys', { name: 'x', scopes: ['journeys:read', 'journeys:write'] });
    expect((await clientWith(key.token).get('/v1/calendar/feeds')).json.code).toBe('auth.scope_missing');
    expect((await call('GET', '/v1/calendar/feeds')).status).toBe(401);
    advance(11, 'minutes');
    expect((await rider.post('/v1/calendar/feeds', { name: 'x' })).json.code).toBe('auth.reauthentication_required');
    expect((await rider.delete(`/v1/calendar/feeds/${id}`)).status).toBe(204);
  });

  test.each([
    ['an unknown field', { name: 'x', user_id: crypto.randomUUID() }],
    ['no name', {}],
    ['an empty name', { name: ' ' }],
    ['a journey that is no id', { name: 'x', journey_id: 'all' }],
    ['places that are no boolean', { name: 'x', places: 'yes' }],
  ])('a feed with %s is refused', async (_, body) => {
    expect((await (await createRider()).post('/v1/calendar/feeds', body)).status).toBe(422);
  });

  test('creating and deleting a feed are in the audit of the rider', async () => {
    const rider = await createRider();
    const { id } = await createFeed(rider);
    await rider.delete(`/v1/calendar/feeds/${id}`);
    const { json } = await rider.get('/v1/me/audit');
    expect(json.items.map(({ action, subject_id }: Record<string, string>) => [action, subject_id])).toEqual([
      ['calendar_feeds.delete', id],
      ['calendar_feeds.create', id],
    ]);
  });
});

describe('the log of calendar feeds', () => {
  const levels = ['debug', 'log', 'info', 'warn', 'error'] as const;
  const lines: string[] = [];
  beforeEach(() => {
    lines.length = 0;
    for (const level of levels)
      vi.spyOn(console, level).mockImplementation((...text: unknown[]) => void lines.push(text.join(' ')));
  });

  test('the log has no part of the secret of a feed, also not for a wrong address [O8]', async () => {
    const { rider } = await createPlanned();
    const { url } = await createFeed(rider);
    const { pathname } = new URL(url);
    const paths = [pathname, pathname.toUpperCase(), `${pathname}/`, pathname.slice(0, -12), pathname.slice(0, -20)];
    for (const path of [...paths, pathname.replace('kai_', '%6bai_')]) await call('GET', path);
    await rider.delete(pathname);
    expect(lines.join('\n')).toContain('/v1/calendar/feeds/[redacted]/kairos.ics');
    expect(lines.join('\n').toLowerCase()).not.toContain(pathname.split('_').at(-1)?.slice(0, 40));
  });
});
