import { v7 as uuidv7 } from 'uuid';
import { describe, expect, test } from 'vitest';
import { clientWith, requestToken } from '../../support/app.ts';
import { advance, setTime } from '../../support/clock.ts';
import { sql } from '../../support/db.ts';
import { createRider, makeAdmin, type Rider, riderPassword } from '../../support/factories.ts';
import { mailsTo, mailTo, tokenIn } from '../../support/mailer.ts';

async function createAdmin(): Promise<Rider> {
  const admin = await createRider();
  await makeAdmin(admin);
  return admin;
}

const account = (id: string) => `/v1/admin/users/${id}`;

describe('roles', () => {
  test('a change of role takes effect with the next request, whatever the token says [C15]', async () => {
    const [admin, rider] = [await createAdmin(), await createRider()];
    expect((await rider.get('/v1/admin/users')).json.code).toBe('auth.scope_missing');

    expect((await admin.patch(account(rider.id), { role: 'admin' })).json).toMatchObject({
      id: rider.id,
      role: 'admin',
    });
    expect((await rider.get('/v1/admin/users?limit=1')).status).toBe(200);

    expect((await admin.patch(account(rider.id), { role: 'user' })).status).toBe(200);
    expect((await rider.get('/v1/admin/users')).json.code).toBe('auth.scope_missing');
    expect((await rider.get('/v1/me')).json.role).toBe('user');
  });

  test("a demoted admin's old token is refused for reads and writes [C15]", async () => {
    const [admin, demoted] = [await createAdmin(), await createAdmin()];
    const { json } = await requestToken({
      grant_type: 'password',
      username: demoted.email,
      password: riderPassword,
    });
    const client = clientWith(json.access_token);
    expect(json.scope).toContain('admin:manage');
    expect((await client.get('/v1/admin/audit?limit=1')).status).toBe(200);
    await admin.patch(account(demoted.id), { role: 'user' });
    for (const answer of [
      await client.get('/v1/admin/users'),
      await client.get('/v1/admin/audit'),
      await client.patch(account(admin.id), { role: 'guest' }),
      await client.post(`${account(admin.id)}/unlock`),
    ])
      expect([answer.status, answer.json.code]).toEqual([403, 'auth.scope_missing']);
    expect((await client.get('/v1/me')).json.role).toBe('user');
    expect((await admin.get('/v1/me')).json.role).toBe('admin');
  });

  test('a guest can read and can manage their own account, but cannot write anything else [H8]', async () => {
    const [admin, guest] = [await createAdmin(), await createRider()];
    const { json: key } = await guest.post('/v1/api-keys', { name: 'Key', scopes: ['profile:read', 'profile:write'] });
    const { json: journey } = await guest.post('/v1/journeys', { name: 'Before' });
    await admin.patch(account(guest.id), { role: 'guest' });

    for (const client of [guest, clientWith(key.token)]) {
      expect((await client.get('/v1/me')).json.role).toBe('guest');
      expect((await client.patch('/v1/me', { name: 'Other' })).json.code).toBe('auth.scope_missing');
      expect((await client.patch('/v1/me', { nonsense: 1 })).json.code).toMatch(/scope_missing/);
      expect((await client.post('/v1/journeys', { name: 'After' })).status).toBe(403);
      expect((await client.delete(`/v1/journeys/${journey.id}`)).status).toBe(403);
    }
    expect((await guest.get('/v1/journeys')).json.items).toHaveLength(1);
    const renewed = await requestToken({ grant_type: 'refresh_token', refresh_token: guest.refreshToken });
    expect(renewed.json.scope).toBe('profile:read journeys:read account:manage');
    expect((await guest.delete('/v1/auth/sessions')).status).toBe(204);
    expect((await guest.delete('/v1/me')).status).toBe(204);
  });
});

describe('admins', () => {
  test('admin calls need a login, or a confirmed password, within the last ten minutes [H9]', async () => {
    const admin = await createAdmin();
    setTime(new Date());
    advance(11, 'minutes');
    for (const answer of [
      await admin.get('/v1/admin/users'),
      await admin.get('/v1/admin/audit'),
      await admin.patch(account(admin.id), { role: 'admin' }),
    ])
      expect([answer.status, answer.json.code]).toEqual([401, 'auth.reauthentication_required']);
    await admin.post('/v1/auth/reauthenticate', { password: riderPassword });
    expect((await admin.get('/v1/admin/users?limit=1')).status).toBe(200);
  });

  test('no API key gives admin rights, however it was made [H4]', async () => {
    const admin = await createAdmin();
    const { json, status } = await admin.post('/v1/api-keys', { name: 'Key', scopes: ['profile:read'] });
    expect(status).toBe(201);
    expect((await clientWith(json.token).get('/v1/admin/users')).status).toBe(403);
    expect((await admin.post('/v1/api-keys', { name: 'Key', scopes: ['admin:manage'] })).status).toBe(422);
    await sql`update api_keys set scopes = ${['admin:manage', 'account:manage']} where id = ${json.id}`;
    expect((await clientWith(json.token).get('/v1/admin/users')).status).toBe(403);
  });

  test('disabling a rider ends every session and refuses every API key at once, and enabling revives only the API keys [C14]', async () => {
    const [admin, rider] = [await createAdmin(), await createRider()];
    const { json: key } = await rider.post('/v1/api-keys', { name: 'Key', scopes: ['profile:read'] });
    const password = { grant_type: 'password', username: rider.email, password: riderPassword };

    expect((await admin.patch(account(rider.id), { disabled: true })).json.disabled).toBe(true);
    expect((await rider.get('/v1/me')).status).toBe(401);
    expect((await rider.post('/v1/journeys', { name: 'x' })).status).toBe(401);
    expect((await clientWith(key.token).get('/v1/me')).status).toBe(401);
    expect((await requestToken({ grant_type: 'refresh_token', refresh_token: rider.refreshToken })).status).toBe(400);
    expect((await requestToken(password)).json.error_description).toBe(
      'The credentials are not valid. Check them and log in again.',
    );

    expect((await admin.patch(account(rider.id), { disabled: false })).json.disabled).toBe(false);
    expect((await rider.get('/v1/me')).status).toBe(401);
    expect((await clientWith(key.token).get('/v1/me')).status).toBe(200);
    expect((await requestToken(password)).status).toBe(200);
    const { json } = await admin.get(`/v1/admin/audit?subject_id=${rider.id}&actor_id=${admin.id}`);
    expect(json.items.map(({ action }: { action: string }) => action)).toEqual(['users.enable', 'users.disable']);
  });

  test('an admin cannot verify an account, change its address or set its password [A12, D12]', async () => {
    const [admin, rider] = [await createAdmin(), await createRider()];
    for (const body of [{ password: 'a password of mine' }, { email: 'x@kairos.test' }, { email_verified: true }])
      expect((await admin.patch(account(rider.id), body)).status).toBe(422);
    expect((await admin.get(`/v1/admin/users?search=${rider.id}`)).text).not.toMatch(/argon2|"password/);
  });

  test('an admin can start a password reset whose link goes only to the rider [D12]', async () => {
    const [admin, rider] = [await createAdmin(), await createRider()];
    const answer = await admin.post(`${account(rider.id)}/password-reset`);
    expect([answer.status, answer.text]).toEqual([202, '{"status":"accepted"}']);
    const token = tokenIn(await mailTo(rider.email));
    expect(await mailsTo(admin.email)).toEqual([]);
    const password = 'a new one, mine alone';
    expect((await rider.post('/v1/auth/password/reset', { token, password })).status).toBe(200);
    expect((await admin.post(`${account(uuidv7())}/password-reset`)).json.code).toBe('users.not_found');
  });

  test('an admin can unlock an account that wrong passwords have locked', async () => {
    const [admin, rider] = [await createAdmin(), await createRider()];
    const login = (password: string) => requestToken({ grant_type: 'password', username: rider.email, password });
    for (let tries = 0; tries < 6; tries += 1) await login('wrong password');
    expect((await login(riderPassword)).status).toBe(400);
    const find = async () => (await admin.get(`/v1/admin/users?search=${rider.email}`)).json.items[0];
    expect(await find()).toMatchObject({ id: rider.id, locked: true, has_password: true });
    expect((await admin.post(`${account(rider.id)}/unlock`)).status).toBe(204);
    expect(await sql`select from audit where action = 'auth.unlock' and subject_id = ${rider.id}`).toHaveLength(1);
    expect(await find()).toMatchObject({ locked: false });
    expect((await login(riderPassword)).status).toBe(200);
    expect((await admin.post(`${account(uuidv7())}/unlock`)).status).toBe(404);
  });
});
