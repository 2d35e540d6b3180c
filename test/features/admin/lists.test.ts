import { describe, expect, test } from 'vitest';
import { sql } from '../../support/db.ts';
import { createRider, makeAdmin, type Rider } from '../../support/factories.ts';

async function createAdmin(): Promise<Rider> {
  const admin = await createRider();
  await makeAdmin(admin);
  return admin;
}

const word = () => `w${crypto.randomUUID().slice(0, 13)}`;

describe('the list of accounts', () => {
  test('an admin finds accounts by id and by the start of an address, username or name, in upper or lower case', async () => {
    const [admin, name] = [await createAdmin(), word()];
    const rider = await createRider({ name: `${name.toUpperCase()} Berger`, username: `u${name}` });
    const idsFor = async (search: string) =>
      (await admin.get(`/v1/admin/users?search=${encodeURIComponent(search)}`)).json.items.map(
        ({ id }: { id: string }) => id,
      );
    for (const search of [rider.id, rider.email, rider.email.slice(0, 30).toUpperCase(), name, `U${name}`, `${name} b`])
      expect(await idsFor(search), search).toEqual([rider.id]);
    expect(await idsFor('Berger of nowhere')).toEqual([]);
  });

  test.each(['%', '_', '\\', "'", '"; drop table users; --'])(
    'the account search treats %j as plain text [K22]',
    async (search) => {
      const admin = await createAdmin();
      const { status, json } = await admin.get(`/v1/admin/users?search=${encodeURIComponent(search)}`);
      expect(status).toBe(200);
      type Found = { email: string; username: string | null; name: string };
      const others = json.items.filter(
        ({ email, username, name }: Found) => ![email, username ?? '', name].some((text) => text.startsWith(search)),
      );
      expect(others).toEqual([]);
      expect(json.items.map(({ id }: { id: string }) => id)).not.toContain(admin.id);
    },
  );

  test('accounts are filtered by role and disabled state, page by page, newest first', async () => {
    const [admin, name] = [await createAdmin(), word()];
    const riders: Rider[] = [];
    for (let n = 0; n < 5; n += 1) riders.push(await createRider({ name: `${name} ${n}` }));
    await admin.patch(`/v1/admin/users/${riders[1]?.id}`, { disabled: true });
    await admin.patch(`/v1/admin/users/${riders[2]?.id}`, { role: 'guest' });
    const names = async (filter: string) => {
      const found: string[] = [];
      let cursor: string | null = '';
      while (cursor !== null) {
        const { json, headers } = await admin.get(
          `/v1/admin/users?search=${name}&limit=2&${filter}${cursor && `&cursor=${cursor}`}`,
        );
        found.push(...json.items.map((item: { name: string }) => item.name.slice(name.length + 1)));
        cursor = json.next_cursor;
        expect(headers.has('Link')).toBe(cursor !== null);
      }
      return found.join('');
    };
    expect(await names('')).toBe('43210');
    expect(await names('disabled=true')).toBe('1');
    expect(await names('disabled=false')).toBe('4320');
    expect(await names('role=guest')).toBe('2');
    expect(await names('role=user&disabled=false')).toBe('430');
  });

  test('the list of accounts refuses a cursor of another admin or another list [I28]', async () => {
    const [admin, other] = [await createAdmin(), await createAdmin()];
    const { json } = await admin.get('/v1/admin/users?limit=1');
    for (const answer of [
      await other.get(`/v1/admin/users?cursor=${json.next_cursor}`),
      await admin.get(`/v1/admin/audit?cursor=${json.next_cursor}`),
    ])
      expect([answer.status, answer.json.code]).toEqual([400, 'http.invalid_cursor']);
  });
});

describe('the audit', () => {
  test('an admin finds audit entries by actor, subject, action and time; an entry has no email address and only a hash of the network [O10]', async () => {
    const [admin, rider] = [await createAdmin(), await createRider()];
    const from = new Date(Date.now() - 1_000).toISOString();
    await rider.delete('/v1/auth/sessions');
    await rider.post('/v1/api-keys', { name: 'Key', scopes: ['profile:read'] });
    const actions = async (filter: string) =>
      (await admin.get(`/v1/admin/audit?${filter}`)).json.items.map(({ action }: { action: string }) => action);

    expect(await actions(`actor_id=${rider.id}`)).toEqual(['api_keys.create', 'sessions.revoke_others']);
    expect(await actions(`subject_id=${rider.id}`)).toEqual(['sessions.revoke_others']);
    expect(await actions(`actor_id=${rider.id}&action=api_keys.create`)).toEqual(['api_keys.create']);
    expect(await actions(`actor_id=${rider.id}&to=${from}`)).toEqual([]);
    expect(await actions(`actor_id=${rider.id}&from=${from}&limit=1`)).toEqual(['api_keys.create']);

    const { json, text } = await admin.get(`/v1/admin/audit?actor_id=${rider.id}&limit=1`);
    expect(json.items[0]).toMatchObject({ actor_id: rider.id, network: expect.stringMatching(/^[\w-]{43}$/) });
    expect(text).not.toContain(rider.email);
    const next = await admin.get(`/v1/admin/audit?actor_id=${rider.id}&limit=1&cursor=${json.next_cursor}`);
    expect(next.json.items.map(({ action }: { action: string }) => action)).toEqual(['sessions.revoke_others']);
  });

  test('a refused change leaves no audit entry [O11]', async () => {
    const admin = await createAdmin();
    const id = crypto.randomUUID();
    expect((await admin.patch(`/v1/admin/users/${id}`, { role: 'guest' })).status).toBe(404);
    expect(await sql`select from audit where subject_id = ${id}`).toEqual([]);
  });
});
