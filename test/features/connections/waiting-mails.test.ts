import { expect, test } from 'vitest';
import { deliverMailsJob } from '../../../src/features/mail/outbox.job.ts';
import type { Answer } from '../../support/app.ts';
import { advance, setTime } from '../../support/clock.ts';
import { freshToken } from '../../support/factories.ts';
import { mailsTo } from '../../support/mailer.ts';
import { brokenMailProvider, otherWorker } from '../auth/sign-up.ts';
import { createPair, type Side } from './pair.ts';

const working = otherWorker({});
const failing = otherWorker(brokenMailProvider);

/** Anna asks Ben to connect, while no mail can be sent. */
async function createWaitingRequest() {
  setTime(new Date());
  const [anna, ben] = await createPair();
  const { status, json } = await failing.call('POST', '/v1/connections', {
    token: await freshToken(anna.rider),
    body: { encounter_id: anna.encounterId, message: 'Coffee?' },
  });
  expect(status).toBe(201);
  return { anna, ben, id: json.id as string };
}

async function mailsSentLaterTo({ rider }: Side): Promise<string[]> {
  advance(1, 'hours');
  await working.run(deliverMailsJob);
  return (await mailsTo(rider.email)).map(({ subject }) => subject);
}

const ends: [what: string, act: (request: Awaited<ReturnType<typeof createWaitingRequest>>) => Promise<Answer>][] = [
  ['hides', ({ anna }) => anna.rider.post('/v1/me/hide')],
  ['deletes the account', ({ anna }) => anna.rider.delete('/v1/me')],
  ['withdraws it', ({ anna, id }) => anna.rider.delete(`/v1/connections/${id}`)],
  [
    'blocks the other',
    ({ anna, ben }) => anna.rider.post('/v1/blocks', { named_by: 'user_id', user_id: ben.rider.id }),
  ],
  [
    'is blocked by the other',
    ({ anna, ben }) => ben.rider.post('/v1/blocks', { named_by: 'user_id', user_id: anna.rider.id }),
  ],
];

test.each(ends)('the waiting mail of a request to connect is not sent after its rider %s', async (_what, act) => {
  const request = await createWaitingRequest();
  expect((await act(request)).status).toBeLessThan(300);
  expect(await mailsSentLaterTo(request.ben)).not.toContain('A rider asks to connect');
});

test('the waiting mail of a request to connect is sent once the provider works again', async () => {
  const { ben } = await createWaitingRequest();
  expect(await mailsSentLaterTo(ben)).toContain('A rider asks to connect');
});
