import { beforeAll, describe, expect, test } from 'vitest';
import { apiUrl, call } from '../support/app.ts';
import { sql } from '../support/db.ts';
import { createJourney, createRider, type Rider } from '../support/factories.ts';

let rider: Rider;
let lists: Record<string, string>;

beforeAll(async () => {
  rider = await createRider();
  const { id } = await createJourney(rider);
  const at = new Date().toISOString();
  await sql`insert into journeys (id, owner_id, name, visibility, shift_s, skew, created_at, updated_at)
    select gen_random_uuid(), ${rider.id}, 'Journey ' || n, 'public', 0, 0, ${at}::timestamptz - (n / 5) * interval '1 minute', ${at}
    from generate_series(1, 24) n`;
  const position = { type: 'Point', coordinates: [16.4, 48.2] };
  const markers = Array.from({ length: 25 }, (_, n) => ({ name: `${n}`, marker_type: 'plan', coordinates: position }));
  await rider.post(`/v1/journeys/${id}/markers/batch`, { markers });
  lists = {
    journeys: '/v1/journeys',
    'journeys of a rider': `/v1/users/${rider.id}/journeys`,
    markers: `/v1/journeys/${id}/markers`,
    encounters: `/v1/journeys/${id}/nearby`,
  };
});

const names = ['journeys', 'journeys of a rider', 'markers'];
const get = (list: string, query = '') => call('GET', `${lists[list]}${query}`, { token: rider.token });
const idsOf = (json: { items: { id: string }[] }) => json.items.map(({ id }) => id);

describe('limits of lists [K15]', () => {
  test.each([...names, 'encounters'])(
    'the limit of %s takes decimal digits from 1 to its maximum, once',
    async (list) => {
      const refused = [
        '0',
        '-1',
        '-0',
        '101',
        '1e9',
        '1e2',
        '0x10',
        '0b1',
        '0o7',
        ' 7 ',
        '%207%20',
        '7%20',
        '+5',
        '%2B5',
        '05',
        '5.0',
        '5,0',
        '1_0',
        '5n',
        '',
        'NaN',
        'Infinity',
        'null',
        'true',
        'all',
        '[]',
        '[5]',
        '{}',
        '%D9%A5',
        '999999999999999999999',
        '5&limit=6',
        '5&limit=5',
      ];
      for (const limit of refused) {
        const answer = await get(list, `?limit=${limit}`);
        expect(answer.status, `${limit}: ${answer.text}`).toBe(422);
        expect(answer.json.errors).toMatchObject([{ path: 'limit' }]);
      }
    },
  );

  test.each(names)('the limit of %s is 20 by default and 100 at most', async (list) => {
    expect((await get(list)).json.items).toHaveLength(20);
    expect((await get(list, '?limit=1')).json.items).toHaveLength(1);
    expect((await get(list, '?limit=100')).json.items.length).toBeGreaterThan(20);
  });
});

describe('pages of lists [K15, T23]', () => {
  test.each(names)(
    'pages of %s follow each other without gap or repetition, also by their Link header',
    async (list) => {
      const all = idsOf((await get(list, '?limit=100')).json);
      const seen: string[] = [];
      let query = '?limit=7';
      for (let pages = 0; pages < 10 && query; pages += 1) {
        const { json, headers } = await get(list, query);
        seen.push(...idsOf(json));
        query = json.next_cursor && `?limit=7&cursor=${json.next_cursor}`;
        expect(headers.get('Link')).toBe(query ? `<${apiUrl}${lists[list]}${query}>; rel="next"` : null);
      }
      expect(seen).toEqual(all);
      expect(new Set(seen).size).toBe(all.length);
    },
  );

  test.each(names)('forged cursors of %s are refused', async (list) => {
    const { next_cursor: cursor } = (await get(list, '?limit=5')).json;
    const position = btoa('["2026-01-01T00:00:00.000Z","00000000-0000-0000-0000-000000000000"]');
    const flipped = (at: number) => cursor.slice(0, at) + (cursor[at] === 'A' ? 'B' : 'A') + cursor.slice(at + 1);
    const forged = [
      '',
      'x',
      '1',
      'null',
      '%00',
      position,
      `AAAAAAAAAAAAAAAAAAAAAA${position}`,
      cursor.slice(0, -1),
      `${cursor}A`,
      `${cursor}=`,
      `${cursor}%20`,
      cursor.toLowerCase(),
      flipped(0),
      flipped(10),
      flipped(30),
      flipped(cursor.length - 2),
      "' or 1=1",
      'A'.repeat(501),
    ];
    for (const text of forged) {
      const answer = await get(list, `?limit=5&cursor=${text}`);
      expect([400, 422], `${text}: ${answer.text}`).toContain(answer.status);
      if (answer.status === 400) expect(['http.invalid_cursor', 'http.malformed_url']).toContain(answer.json.code);
    }
    expect((await get(list, `?limit=5&cursor=${cursor}`)).status).toBe(200);
  });
});
