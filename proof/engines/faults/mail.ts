import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from '../../../test/support/db.ts';
import { type Fault, type Rule, waitUntilIdle } from '../../support/database-proxy.ts';
import { inbox, runCron } from '../../support/kairos.ts';
import type { Call, Observed } from './call.ts';
import { describe, isSame, without } from './snapshot.ts';
import { faultOfAnswer, type Verdict } from './write.ts';

/** Injects a fault into the mail of a call, or into a database request after its response. */
export const afterAnswer =
  (on: 'mail' | 'database', fault: Fault, at: number): Rule =>
  (peer, before) =>
    peer === on && before === at ? fault : undefined;

const unsent = async (): Promise<number> => {
  const [left] = await sql`select count(*)::int as count from outbox where sent_at is null`;
  return left?.count;
};

/** Waits until all earlier mails have gone out, which takes a while on a busy machine. */
export async function waitForMails(): Promise<void> {
  for (let tries = 400; (await unsent()) > 0; tries -= 1) {
    if (tries === 0) throw new Error('the outbox still has unsent mails after 10 s');
    await sleep(25);
  }
  await waitUntilIdle();
}

export const newestMail = (): string | undefined => inbox.messages()[0]?.id;

/** The inbox keeps a limited number of mails, so new mails are counted from the newest earlier one. */
const arrivedSince = (newest: string | undefined): number => {
  const ids = inbox.messages().map(({ id }) => id);
  return newest === undefined ? ids.length : ids.indexOf(newest);
};

/** Makes all unsent mails due, and runs the hourly cron. */
async function deliverDue(): Promise<void> {
  await sql`update outbox set next_attempt_at = created_at, claimed_at = null where sent_at is null`;
  await runCron('7 * * * *');
  await waitUntilIdle();
}

/**
 * A failing mail changes neither the response nor the effect, and the mail arrives once, now or with the next cron run.
 */
export async function judgeMail(
  call: Call,
  seen: Observed,
  reference: Observed,
  newest: string | undefined,
): Promise<Verdict | undefined> {
  const wrong = faultOfAnswer(call, seen);
  if (wrong) return wrong;
  if (seen.answer.status !== call.example.status)
    return { kind: 'mail in the way', detail: `${seen.answer.status}: ${seen.answer.text.slice(0, 200)}` };
  const [wanted, done] = [without(reference.effect), without(seen.effect)];
  if (!isSame(done, wanted))
    return { kind: 'mail in the way', detail: `${describe(done)} instead of ${describe(wanted)}` };
  await deliverDue();
  const arrived = arrivedSince(newest);
  if (arrived !== reference.mails) return { kind: 'mail', detail: `${arrived} arrived instead of ${reference.mails}` };
  const left = await unsent();
  return left === 0 ? undefined : { kind: 'mail', detail: `${left} still in the outbox` };
}
