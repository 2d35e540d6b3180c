import '../../proof/support/with-quick-hashes.ts';

import { afterAll, expect, test } from 'vitest';
import { createFullRider, zoneAt } from '../../proof/engines/limits/account.ts';
import { createUses, isAnswered } from '../../proof/engines/limits/uses.ts';
import { runCron, stop } from '../../proof/support/kairos.ts';
import { pointOn } from '../features/privacy/long-lines.ts';
import { createRider, type Rider } from '../support/factories.ts';

// A database of its own: millions of points would slow down what other tests read as a whole.
afterAll(stop);

const hourly = '7 * * * *';
const linesOf = async (viewer: Rider, id: string): Promise<number> =>
  (await viewer.get(`/v1/journeys/${id}/route?max_points=1000`)).json.features.length;
const isPublishing = async (rider: Rider, id: string): Promise<boolean> =>
  (await rider.get(`/v1/journeys/${id}`)).json.is_publishing;

test('a privacy zone counts at once for a rider at all limits, and lines are shown again once they are cut [I37]', {
  timeout: 300_000,
}, async () => {
  const [{ rider, first, second }, stranger] = [await createFullRider(), await createRider()];
  const untilPublished = async () => {
    while ((await isPublishing(rider, first)) || (await isPublishing(rider, second))) await runCron(hourly);
  };
  for (const id of [first, second])
    for (const visibility of ['private', 'public']) await rider.patch(`/v1/journeys/${id}`, { visibility });
  await untilPublished();
  for (const id of [first, second]) expect(await linesOf(stranger, id)).toBe(1);
  const { status, text } = await rider.post('/v1/me/privacy-zones', zoneAt(pointOn(40, 2.5)));
  expect(status, text).toBe(201);
  for (const id of [first, second])
    expect([await isPublishing(rider, id), await linesOf(stranger, id)]).toEqual([true, 0]);
  await untilPublished();
  for (const id of [first, second]) expect(await linesOf(stranger, id)).toBe(1);
});

test('no call of a rider at all limits ends in a timeout', { timeout: 300_000 }, async () => {
  for (const { name, call } of await createUses()) {
    const answer = await call();
    expect(isAnswered(answer), `${name}: ${answer.status} ${answer.text}`).toBe(true);
    await runCron(hourly);
  }
});
