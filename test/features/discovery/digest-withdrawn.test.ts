import { beforeEach, describe, expect, test } from 'vitest';
import { mailDigestsJob } from '../../../src/features/discovery/digest.job.ts';
import { deliverMailsJob, forgetMailsJob } from '../../../src/features/mail/outbox.job.ts';
import { advance, setTime } from '../../support/clock.ts';
import { createRider, freshToken, makeAdmin, type Rider } from '../../support/factories.ts';
import { otherWorker, providerDown } from '../auth/identity.ts';
import { createMeeting, digestCount, forgetOthers, runDigests, setRidersNear, toldOf, waitingFor } from './digest.ts';

const working = otherWorker({});
const failing = otherWorker(providerDown);

beforeEach(forgetOthers);

async function change(rider: Rider, fields: object): Promise<void> {
  const { status, text } = await rider.patch('/v1/me', fields, { token: await freshToken(rider) });
  if (status !== 200) throw new Error(`not changed: ${text}`);
}

async function changeAccount({ id }: Rider, fields: object): Promise<void> {
  const admin = await createRider();
  await makeAdmin(admin);
  const { status, text } = await admin.patch(`/v1/admin/users/${id}`, fields, { token: await freshToken(admin) });
  if (status !== 200) throw new Error(`not changed: ${text}`);
}

const wishes: [what: string, no: (rider: Rider) => Promise<unknown>, yes: (rider: Rider) => Promise<unknown>][] = [
  ['who turns it off', (rider) => setRidersNear(rider, 'never'), (rider) => setRidersNear(rider, 'weekly')],
  [
    'who is not an adult after all',
    (rider) => change(rider, { adult: false }),
    (rider) => change(rider, { adult: true }),
  ],
  [
    'who hides',
    (rider) => rider.post('/v1/me/hide'),
    async (rider) => rider.post('/v1/me/unhide', undefined, { token: await freshToken(rider) }),
  ],
  [
    'who is disabled',
    (rider) => changeAccount(rider, { disabled: true }),
    (rider) => changeAccount(rider, { disabled: false }),
  ],
  [
    'who is made a guest',
    (rider) => changeAccount(rider, { role: 'guest' }),
    (rider) => changeAccount(rider, { role: 'user' }),
  ],
];

describe('a digest that waits in the outbox', () => {
  test.each(wishes)('of a rider %s never goes out, and what it would have told is new', async (_what, no, yes) => {
    setTime(new Date());
    const { anna, mine } = await createMeeting();
    await failing.run(mailDigestsJob);
    expect([(await waitingFor(anna)).length, await toldOf(mine.id)]).toEqual([1, 1]);

    await no(anna);
    expect([(await waitingFor(anna)).length, await toldOf(mine.id)]).toEqual([0, 0]);
    advance(1, 'hours');
    await working.run(deliverMailsJob);
    expect(await digestCount(anna)).toBe(0);

    await yes(anna);
    advance(8, 'days');
    await runDigests();
    expect([await digestCount(anna), await toldOf(mine.id)]).toEqual([1, 1]);
  });

  test('stays where its rider changes something else, and where another rider turns theirs off', async () => {
    const [{ anna }, other] = [await createMeeting(), await createMeeting()];
    await failing.run(mailDigestsJob);
    await change(anna, { name: 'Anna B', riders_near: 'weekly', adult: true });
    await setRidersNear(other.anna, 'never');
    expect((await waitingFor(anna)).length).toBe(1);
  });

  test('goes alone: a request to be in touch that waits beside it stays', async () => {
    const { anna, ben, theirs } = await createMeeting();
    const [met] = (await ben.get(`/v1/journeys/${theirs.id}/nearby`)).json.items;
    await failing.run(mailDigestsJob);
    const asked = await failing.call('POST', '/v1/connections', {
      token: await freshToken(ben),
      body: { encounter_id: met.encounter_id, message: 'Hello' },
    });
    expect([asked.status, (await waitingFor(anna)).length]).toEqual([201, 2]);
    await setRidersNear(anna, 'never');
    expect((await waitingFor(anna)).length).toBe(1);
  });
});

test('what a mail was to tell that is given up is new again, and what a mail has told stays told', async () => {
  setTime(new Date());
  const [lost, told] = [await createMeeting(), await createMeeting()];
  await setRidersNear(told.anna, 'never');
  await failing.run(mailDigestsJob);
  await setRidersNear(told.anna, 'weekly');
  await runDigests();
  expect([await toldOf(lost.mine.id), await toldOf(told.mine.id)]).toEqual([1, 1]);

  advance(71, 'hours');
  await working.run(forgetMailsJob);
  expect([await toldOf(lost.mine.id), await toldOf(told.mine.id)]).toEqual([1, 1]);
  advance(2, 'hours');
  await working.run(forgetMailsJob);
  expect([await toldOf(lost.mine.id), await toldOf(told.mine.id)]).toEqual([0, 1]);

  advance(8, 'days');
  await runDigests();
  expect([await digestCount(lost.anna), await digestCount(told.anna)]).toEqual([1, 1]);
});
