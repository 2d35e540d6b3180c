import { env } from 'cloudflare:workers';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { mailDigestsJob } from '../../../src/features/discovery/digest.job.ts';
import { deliverMailsJob } from '../../../src/features/mail/outbox.job.ts';
import { call } from '../../support/app.ts';
import { advance, setTime } from '../../support/clock.ts';
import { sql } from '../../support/db.ts';
import { createRider, type Rider } from '../../support/factories.ts';
import { mailsTo, mailTo, signatureOf } from '../../support/mailer.ts';
import { brokenMailProvider, freshAddress, otherWorker, password } from '../auth/sign-up.ts';
import {
  createMeeting,
  createPlan,
  digestCount,
  digestsTo,
  firstDay,
  mailedCountOf,
  queuedMailsTo,
  runDigests,
  turnOffAllDigests,
} from './digest.ts';

const working = otherWorker({});
const failing = otherWorker(brokenMailProvider);

beforeEach(turnOffAllDigests);

const names: [what: string, name: string, shown: string][] = [
  ['a link', 'Win: https://evil.example/bike', 'Win: https evil example bike'],
  ['a bare domain', 'evil.example', 'evil example'],
  ['a domain with another dot', 'evil。example evil．example', 'evil example evil example'],
  ['an address', 'mallory@evil.example', 'mallory evil example'],
  ['a second recipient', 'Anna\r\nBcc: victim@example.com', 'Anna Bcc: victim example com'],
  ['Unicode line ends', 'Anna\u2028Subject: You\u0085have won', 'Anna Subject: You have won'],
  ['HTML', '<a href="https://evil.example">Go</a>', 'a href https evil example Go a'],
  ['a right-to-left override', 'a\u202eb\u2066c', 'a b c'],
  ['a telephone number', 'Call +43 (900) 123-45.67 in 2027-2028', 'Call + in 2027-2028'],
  ['closing quotes', '”, within 0 km: “', ', within 0 km:'],
  ['more than sixty characters', 'x'.repeat(200), `${'x'.repeat(60)}…`],
  ['ordinary words', 'St. Pölten – Αθήνα (2027), à vélo!', 'St. Pölten – Αθήνα (2027), à vélo!'],
];

test.each(names)('%s in a public name appears in the mail as plain words only [M1, M2]', async (_what, name, shown) => {
  const { anna, ben, theirs } = await createMeeting({ visibility: 'public' });
  // By SQL, because the API refuses some of these names, which older accounts may have.
  await sql`update journeys set name = ${name} where id = ${theirs.id}`;
  await sql`update users set name = ${name} where id = ${ben.id}`;
  await runDigests();
  const [mail] = await digestsTo(anna);
  expect(mail?.text).toMatch(/^New riders have come near/);
  expect(mail?.text.split('\n').filter((line) => line.startsWith('- '))).toEqual([
    expect.stringContaining(
      `- “${shown}” by a rider who calls themselves “${shown}”, within 25 km: you from ${firstDay.slice(0, 2)}`,
    ),
  ]);
  expect([mail?.subject, mail?.to, mail?.links]).toEqual(['New riders near your route', anna.email, [env.WEB_URL]]);
  expect(mail?.html).toContain(`href="${env.WEB_URL}"`);
  expect(mail?.html.split('href=')).toHaveLength(2);
});

test('a public name without words is left out of the mail [M2]', async () => {
  const { anna } = await createMeeting({ visibility: 'public', name: '<">' });
  await runDigests();
  expect((await digestsTo(anna))[0]?.text).toContain('- A rider, within');
});

test('an unavailable mail provider neither loses nor repeats a digest [M4]', async () => {
  setTime(new Date());
  const { anna, mine } = await createMeeting();
  await failing.run(mailDigestsJob);
  expect([await digestCount(anna), await mailedCountOf(mine.id)]).toEqual([0, 1]);
  await runDigests();
  expect(await digestCount(anna)).toBe(0);
  advance(1, 'hours');
  await working.run(deliverMailsJob);
  await runDigests();
  expect(await digestCount(anna)).toBe(1);
});

test('a waiting digest is sealed and is deleted with the account [A3, Q1]', async () => {
  const { anna, ben } = await createMeeting({ visibility: 'public' });
  await failing.run(mailDigestsJob);
  const [row, ...more] = await queuedMailsTo(anna);
  expect(more).toEqual([]);
  for (const text of [anna.email, ben.name, 'Westward']) {
    expect(row).not.toContain(text);
    expect(row).not.toContain(Buffer.from(text).toString('hex'));
  }
  expect((await anna.delete('/v1/me')).status).toBe(204);
  expect(await queuedMailsTo(anna)).toEqual([]);
});

test('a suppressed address gets no digest, and its encounters are reported once mails are accepted again', async () => {
  setTime(new Date());
  const { anna, mine } = await createMeeting();
  const body = JSON.stringify({ type: 'email.complained', data: { to: [anna.email] } });
  await call('POST', '/v1/mail/events', {
    body,
    headers: { 'Content-Type': 'application/json', ...signatureOf(body) },
  });
  await runDigests();
  expect([await digestCount(anna), await mailedCountOf(mine.id)]).toEqual([0, 0]);
  await sql`delete from suppressions`;
  // The digest is tried again after a day, not after a week.
  advance(25, 'hours');
  await runDigests();
  expect([await digestCount(anna), await mailedCountOf(mine.id)]).toEqual([1, 1]);
});

test("sign-ups with a rider's address do not use up the mail limit of digests [D7]", async () => {
  const { anna } = await createMeeting();
  for (let n = 0; n < 3; n += 1)
    await working.call('POST', '/v1/auth/register', { body: { email: anna.email, password, name: 'Mallory' } });
  await runDigests();
  expect(await digestCount(anna)).toBe(1);
});

test('riders who ask to connect use up no mail limit of digests or of accepted requests [D7]', async () => {
  setTime(new Date());
  const { anna, ben, mine, road } = await createMeeting();
  const ask = async (rider: Rider, journeyId: string) => {
    const { json } = await rider.get(`/v1/journeys/${journeyId}/nearby`);
    const ids: string[] = json.items.map(({ encounter_id: id }: { encounter_id: string }) => id);
    for (const encounter_id of ids)
      expect((await rider.post('/v1/connections', { encounter_id, message: 'Hello' })).status).toBe(201);
  };
  await ask(anna, mine.id);
  for (let n = 0; n < 4; n += 1) {
    const other = await createRider();
    await ask(other, (await createPlan(other, road)).id);
  }
  await runDigests();
  expect(await digestCount(anna)).toBe(1);

  const [asked] = await sql`select id from connections where requester_id = ${anna.id} and addressee_id = ${ben.id}`;
  expect((await ben.post(`/v1/connections/${asked?.id}/accept`)).status).toBe(200);
  await mailTo(anna.email, 5);
  const subjects = (await mailsTo(anna.email)).map(({ subject }) => subject);
  expect(subjects.filter((subject) => subject === 'A rider asks to connect')).toHaveLength(3);
  expect(subjects).toContain('Your request was accepted');
});

test('digests use at most half of the hourly mail budget, after sign-ups, and the rest waits [D7]', async () => {
  // Mails of a later year would count as sent in every hour before it.
  onTestFinished(async () => void (await sql`delete from outbox where created_at > '2104-12-01'`));
  setTime(new Date(Date.UTC(2105, 0)));
  const frugal = otherWorker({ MAIL_BUDGET_PER_HOUR: '6' });
  await working.run(deliverMailsJob);
  advance(2, 'hours');
  const riders: Rider[] = [];
  for (let n = 0; n < 4; n += 1) {
    const { anna, mine } = await createMeeting({ starts_on: '2105-06-01' });
    await anna.patch(`/v1/journeys/${mine.id}`, { starts_on: '2105-06-01' });
    riders.push(anna);
  }
  const counts = async () => (await Promise.all(riders.map(digestCount))).reduce((sum, count) => sum + count, 0);
  await frugal.run(mailDigestsJob);
  expect(await counts()).toBe(3);

  const email = freshAddress();
  await frugal.call('POST', '/v1/auth/register', { body: { email, password, name: 'Anna' } });
  expect(await mailsTo(email)).toHaveLength(1);
  await frugal.run(deliverMailsJob);
  expect(await counts()).toBe(3);
  advance(61, 'minutes');
  await frugal.run(deliverMailsJob, mailDigestsJob);
  expect(await counts()).toBe(4);
});

test('the log of a digest run contains no address and no text of a rider', async () => {
  const lines: string[] = [];
  const { anna, ben } = await createMeeting({ visibility: 'public' });
  const real = console.info;
  console.info = (line: string) => void lines.push(line);
  await runDigests().finally(() => {
    console.info = real;
  });
  expect(lines.join('\n')).toContain('"job":"discovery.mail_digests","count":1');
  for (const text of [anna.email, anna.name, ben.name, 'Westward']) expect(lines.join('\n')).not.toContain(text);
});
