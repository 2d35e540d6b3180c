import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createInbox, type Inbox } from '../../local/mail/inbox.ts';
import * as templates from '../../src/features/mail/templates.rules.ts';

const base = 'http://127.0.0.1:8788';
const mail = {
  from: 'Kairos <hello@localhost>',
  to: 'anna@example.org',
  subject: 'Verify your address',
  text: 'Hello.',
};

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});
const newFile = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'kairos-inbox-'));
  folders.push(folder);
  return join(folder, 'inbox.json');
};

async function send(inbox: Inbox, body: unknown, headers: Record<string, string> = {}) {
  const response = await inbox.handle(
    new Request(`${base}/emails`, {
      method: 'POST',
      headers: { authorization: 'Bearer re_local', 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    }),
  );
  return { status: response?.status, body: await response?.json() };
}

const list = async (inbox: Inbox, query = '') =>
  (await inbox.handle(new Request(`${base}/inbox.json${query}`)))?.json();
const page = async (inbox: Inbox, query = '') => inbox.handle(new Request(`${base}/${query}`));

describe('POST /emails', () => {
  it('a sent mail gets an id and is listed under it', async () => {
    const inbox = createInbox({ now: () => new Date('2026-05-01T10:00:00Z') });
    const { status, body } = await send(inbox, {
      ...mail,
      html: '<p>Hello.</p>',
      reply_to: 'a@b.c',
      headers: { 'X-A': 'b' },
    });

    expect(status).toBe(200);
    expect(await list(inbox)).toEqual([
      {
        id: body.id,
        ...mail,
        html: '<p>Hello.</p>',
        headers: { 'X-A': 'b' },
        links: [],
        received_at: '2026-05-01T10:00:00.000Z',
      },
    ]);
    expect(inbox.messages()).toHaveLength(1);
  });

  it('the inbox keeps one mail for each idempotency key, even across a restart', async () => {
    const file = newFile();
    const first = await send(createInbox({ file }), mail, { 'idempotency-key': 'k1' });
    const inbox = createInbox({ file });
    const replay = await send(inbox, mail, { 'idempotency-key': 'k1' });
    const other = await send(inbox, mail, { 'idempotency-key': 'k2' });

    expect(replay).toEqual(first);
    expect(other.body.id).not.toBe(first.body.id);
    expect(inbox.messages().map(({ id }) => id)).toEqual([other.body.id, first.body.id]);
  });

  it('the inbox keeps the last 500 mails', async () => {
    const inbox = createInbox();
    for (let n = 1; n <= 502; n++) await send(inbox, { ...mail, subject: `mail ${n}` });

    expect(inbox.messages()).toHaveLength(500);
    expect(inbox.messages()[0]?.subject).toBe('mail 502');
    expect(inbox.messages()[499]?.subject).toBe('mail 3');
  });

  it('the inbox starts empty if its file is unreadable', async () => {
    const file = newFile();
    writeFileSync(file, '[{"key": nu');
    const inbox = createInbox({ file });

    expect(inbox.messages()).toEqual([]);
    expect((await send(inbox, mail)).status).toBe(200);
    expect(createInbox({ file }).messages()).toHaveLength(1);
  });

  it.each([
    ['no recipient', { ...mail, to: undefined }, 'missing_required_field'],
    ['no subject', { ...mail, subject: undefined }, 'missing_required_field'],
    ['no sender', { ...mail, from: undefined }, 'missing_required_field'],
    ['neither text nor html', { ...mail, text: undefined }, 'missing_required_field'],
    ['an empty list of recipients', { ...mail, to: [] }, 'validation_error'],
    ['an invalid address among the recipients', { ...mail, to: ['anna@example.org', 'anna'] }, 'validation_error'],
    ['a list in place of a mail', [mail], 'validation_error'],
    ['invalid JSON', '{"from":', 'validation_error'],
  ])("a mail with %s is refused in Resend's format", async (_, body, name) => {
    const inbox = createInbox();

    expect(await send(inbox, body)).toEqual({
      status: 422,
      body: { statusCode: 422, name, message: expect.any(String) },
    });
    expect(inbox.messages()).toEqual([]);
  });

  it.each([
    ['without an API key', { authorization: '' }, 401, 'missing_api_key'],
    ['from a web page', { origin: 'https://evil.example' }, 403, 'invalid_access'],
    ["from the inbox's own page", { origin: base }, 403, 'invalid_access'],
  ])('a mail %s is refused', async (_, headers, status, name) => {
    const inbox = createInbox();

    expect(await send(inbox, mail, headers)).toMatchObject({ status, body: { statusCode: status, name } });
    expect(inbox.messages()).toEqual([]);
  });
});

describe('GET /inbox.json', () => {
  it('the inbox lists the mails to an address, newest first, in upper or lower case', async () => {
    const inbox = createInbox();
    await send(inbox, { ...mail, subject: 'one' });
    await send(inbox, { ...mail, to: ['Bo <bo@example.org>', 'ANNA@example.org'], subject: 'two' });
    await send(inbox, { ...mail, to: 'joanna@example.org', subject: 'three' });

    const subjects = async (query: string) =>
      (await list(inbox, query)).map((item: { subject: string }) => item.subject);
    expect(await subjects('?to=Anna@Example.org')).toEqual(['two', 'one']);
    expect(await subjects('?to=bo%40example.org')).toEqual(['two']);
    expect(await subjects('?to=nobody@example.org')).toEqual([]);
    expect(await subjects('')).toEqual(['three', 'two', 'one']);
  });

  it.each([
    ['Go to http://127.0.0.1:8787/verify-email#token=a-b_c.', ['http://127.0.0.1:8787/verify-email#token=a-b_c']],
    ['(see https://a.example/x?y=1&z=2), https://b.example!', ['https://a.example/x?y=1&z=2', 'https://b.example']],
    ['<https://a.example/> twice https://a.example/', ['https://a.example/']],
    ['javascript:alert(1) and ftp://a.example', []],
  ])('the inbox finds the links of %j', async (text, links) => {
    const inbox = createInbox();
    await send(inbox, { ...mail, text });

    expect(await list(inbox)).toMatchObject([{ links }]);
  });

  it('the inbox finds the links of a mail with HTML only', async () => {
    const inbox = createInbox();
    await send(inbox, { ...mail, text: undefined, html: '<a href="https://a.example/?x=1&amp;y=2">go</a>' });

    expect(await list(inbox)).toMatchObject([{ text: null, links: ['https://a.example/?x=1&y=2'] }]);
  });
});

describe('GET /', () => {
  it('the inbox shows a mail as text with links, and its HTML in a frame without scripts', async () => {
    const inbox = createInbox();
    await send(inbox, {
      ...mail,
      text: 'Open https://a.example/#token=1',
      html: '<p style="color:red">"Hi" <script>x</script></p>',
    });
    const response = await page(inbox);
    const body = await response?.text();

    expect(response?.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(body).toContain('<a href="https://a.example/#token=1" target="_blank" rel="noreferrer">');
    expect(body).toContain('&lt;p style=&quot;color:red&quot;&gt;&quot;Hi&quot; &lt;script&gt;');
    expect(body).toMatch(/<iframe sandbox="[^"]*"/);
    expect(body).not.toMatch(/sandbox="[^"]*allow-(scripts|same-origin)/);
  });

  it('the inbox escapes everything from mails and from the URL', async () => {
    const inbox = createInbox();
    const evil = '"><img src=x onerror=alert(1)>';
    await send(inbox, {
      from: `${evil} <a@b.c>`,
      to: `${evil} <a@b.c>`,
      subject: evil,
      text: `${evil} https://a.example/"x`,
      html: evil,
    });

    for (const query of ['', `?to=${encodeURIComponent(evil)}`, '?to=a@b.c']) {
      expect(await (await page(inbox, query))?.text()).not.toContain('<img');
    }
  });

  it('an empty inbox says that it is empty', async () => {
    const inbox = createInbox();
    await send(inbox, mail);

    expect(await (await page(createInbox()))?.text()).toContain('No mail yet');
    expect(await (await page(inbox, '?to=bo@example.org'))?.text()).toContain('No mail to bo@example.org');
  });
});

describe('GET /previews', () => {
  it('the previews show every email template as text and in a frame without scripts', async () => {
    const body = (await (await page(createInbox(), 'previews'))?.text()) ?? '';
    const names = Object.entries(templates).flatMap(([name, value]) => (typeof value === 'function' ? [name] : []));
    expect(names.length).toBeGreaterThan(6);
    expect([...body.matchAll(/<section class="mail" id="(\w+)">/g)].map(([, name]) => name)).toEqual(
      expect.arrayContaining(names),
    );
    for (const name of names) {
      const section = body
        .slice(body.indexOf(`id="${name}"`))
        .split('</section>', 1)
        .join();
      expect(section).toMatch(/<b>\w[^<]+<\/b>/);
      expect(section).toMatch(/<pre>.+Kairos\n<\/pre>/s);
      expect(section).toMatch(/<iframe sandbox="allow-popups allow-popups-to-escape-sandbox" [^>]*&lt;p&gt;/);
    }
    expect(body).not.toMatch(/<script|undefined/);
    expect(await (await page(createInbox()))?.text()).toContain('href="/previews"');
  });
});

it('the inbox does not handle requests of other paths and methods', async () => {
  const inbox = createInbox();

  expect(await inbox.handle(new Request(`${base}/sql`, { method: 'POST' }))).toBeUndefined();
  expect(await inbox.handle(new Request(`${base}/emails`))).toBeUndefined();
});
