import { beforeEach, describe, expect, test } from 'vitest';
import { mailDigestsJob } from '../../../src/features/discovery/digest.job.ts';
import { deliverMailsJob, purgeMailsJob } from '../../../src/features/mail/outbox.job.ts';
import type { Answer } from '../../support/app.ts';
import { advance, setTime } from '../../support/clock.ts';
import { createRider, freshToken, makeAdmin, type Rider } from '../../support/factories.ts';
import { brokenMailProvider, otherWorker } from '../auth/sign-up.ts';
import {
  createMeeting,
  digestCount,
  mailedCountOf,
  queuedMailsTo,
  runDigests,
  setRidersNear,
  turnOffAllDigests,
} from './digest.ts';

const working = otherWorker({});
const failing = otherWorker(brokenMailProvider);

beforeEach(turnOffAllDigests);

async function done(answer: Promise<Answer>): Promise<void> {
  const { status, text } = await answer;
  if (status >= 300) throw new Error(`not done: ${status} ${text}`);
}

const change = async (rider: Rider, fields: object): Promise<void> =>
  done(rider.patch('/v1/me', fields, { token: await freshToken(rider) }));

async function changeAccount({ id }: Rider, fields: object): Promise<void> {
  const admin = await createRider();
  await makeAdmin(admin);
  await done(admin.patch(`/v1/admin/users/${id}`, fields, { token: await freshToken(admin) }));
}

const wishes: [what: string, no: (rider: Rider) => Promise<unknown>, yes: (rider: Rider) => Promise<unknown>][] = [
  ['turns digests off', (rider) => setRidersNear(rider, 'never'), (rider) => setRidersNear(rider, 'weekly')],
  ['is no longer an adult', (rider) => change(rider, { adult: false }), (rider) => change(rider, { adult: true })],
  [
    'hides',
    (rider) => rider.post('/v1/me/hide'),
    async (rider) => rider.post('/v1/me/unhide', undefined, { token: await freshToken(rider) }),
  ],
  [
    'is disabled',
    (rider) => changeAccount(rider, { disabled: true }),
    (rider) => changeAccount(rider, { disabled: false }),
  ],
  [
    'becomes a guest',
    (rider) => changeAccount(rider, { role: 'guest' }),
    (rider) => changeAccount(rider, { role: 'user' }),
  ],
];

describe('waiting digests', () => {
  test.each(wishes)(
    'a waiting digest of a rider who %s is deleted, and its encounters count as new',
    async (_what, no, yes) => {
      setTime(new Date());
      const { anna, mine } = await createMeeting();
      await failing.run(mailDigestsJob);
      expect([(await queuedMailsTo(anna)).length, await mailedCountOf(mine.id)]).toEqual([1, 1]);

      await no(anna);
      expect([(await queuedMailsTo(anna)).length, await mailedCountOf(mine.id)]).toEqual([0, 0]);
      advance(1, 'hours');
      await working.run(deliverMailsJob);
      expect(await digestCount(anna)).toBe(0);

      await yes(anna);
      advance(8, 'days');
      await runDigests();
      expect([await digestCount(anna), await mailedCountOf(mine.id)]).toEqual([1, 1]);
    },
  );

  type Meeting = Awaited<ReturnType<typeof createMeeting>>;
  const reasons: [what: string, act: (meeting: Meeting) => Promise<unknown>][] = [
    ['hides', ({ ben }) => done(ben.post('/v1/me/hide'))],
    ['is disabled', ({ ben }) => changeAccount(ben, { disabled: true })],
    ['deletes the account', ({ ben }) => done(ben.delete('/v1/me'))],
    ['blocks its rider', ({ anna, ben }) => done(ben.post('/v1/blocks', { named_by: 'user_id', user_id: anna.id }))],
    [
      'is blocked by its rider',
      ({ anna, ben }) => done(anna.post('/v1/blocks', { named_by: 'user_id', user_id: ben.id })),
    ],
    [
      'makes the journey private',
      ({ ben, theirs }) => done(ben.patch(`/v1/journeys/${theirs.id}`, { visibility: 'private' })),
    ],
    ['deletes the journey', ({ ben, theirs }) => done(ben.delete(`/v1/journeys/${theirs.id}`))],
  ];
  test.each(reasons)('a waiting digest that reports a rider who %s is not sent', async (_what, act) => {
    setTime(new Date());
    const meeting = await createMeeting({ visibility: 'public' });
    const { anna, mine } = meeting;
    await failing.run(mailDigestsJob);
    expect((await queuedMailsTo(anna)).length).toBe(1);
    await act(meeting);
    advance(1, 'hours');
    await working.run(deliverMailsJob);
    expect([await digestCount(anna), await mailedCountOf(mine.id)]).toEqual([0, 0]);
    expect(await queuedMailsTo(anna)).toEqual([]);
  });

  test('a waiting digest stays when its rider changes other settings or another rider turns digests off', async () => {
    const [{ anna }, other] = [await createMeeting(), await createMeeting()];
    await failing.run(mailDigestsJob);
    await change(anna, { name: 'Anna B', riders_near: 'weekly', adult: true });
    await setRidersNear(other.anna, 'never');
    expect((await queuedMailsTo(anna)).length).toBe(1);
  });

  test('a deleted digest leaves other waiting mails of the rider in place', async () => {
    const { anna, ben, theirs } = await createMeeting();
    const [met] = (await ben.get(`/v1/journeys/${theirs.id}/nearby`)).json.items;
    await failing.run(mailDigestsJob);
    const asked = await failing.call('POST', '/v1/connections', {
      token: await freshToken(ben),
      body: { encounter_id: met.encounter_id, message: 'Hello' },
    });
    expect([asked.status, (await queuedMailsTo(anna)).length]).toEqual([201, 2]);
    await setRidersNear(anna, 'never');
    expect((await queuedMailsTo(anna)).length).toBe(1);
  });
});

test('encounters of a lost mail count as new, and encounters of a sent mail do not', async () => {
  setTime(new Date());
  const [lost, mailed] = [await createMeeting(), await createMeeting()];
  await setRidersNear(mailed.anna, 'never');
  await failing.run(mailDigestsJob);
  await setRidersNear(mailed.anna, 'weekly');
  await runDigests();
  expect([await mailedCountOf(lost.mine.id), await mailedCountOf(mailed.mine.id)]).toEqual([1, 1]);

  advance(71, 'hours');
  await working.run(purgeMailsJob);
  expect([await mailedCountOf(lost.mine.id), await mailedCountOf(mailed.mine.id)]).toEqual([1, 1]);
  advance(2, 'hours');
  await working.run(purgeMailsJob);
  expect([await mailedCountOf(lost.mine.id), await mailedCountOf(mailed.mine.id)]).toEqual([0, 1]);

  advance(8, 'days');
  await runDigests();
  expect([await digestCount(lost.anna), await digestCount(mailed.anna)]).toEqual([1, 1]);
});
