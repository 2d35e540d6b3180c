import { Resend } from 'resend';
import { z } from 'zod';
import type { Ctx } from '../../context.ts';
import { unseal } from '../../lib/seal.ts';
import { describeError } from '../../log.ts';
import {
  type ClaimedMail,
  claimMails,
  deleteOldMails,
  markSent,
  releaseMails,
  type Waiting,
} from './outbox.repository.ts';

const Sealed = z.object({
  to: z.string(),
  subject: z.string(),
  text: z.string(),
  html: z.string(),
  unsubscribeUrl: z.string().optional(),
});

const timeoutMs = 10_000;

/** Sends those of the mails that are in the outbox, after the answer has gone out. What fails is left for the cron. */
export function deliverMails(ctx: Ctx, ids: readonly string[]): void {
  ctx.defer(async (later) => void (await sendClaimed(later, { ids })));
}

/** The same for work that nobody waits for: answers once they are out, or left for the cron. */
export const deliverNow = (ctx: Ctx, ids: readonly string[]): Promise<number> => sendClaimed(ctx, { ids });

export const deliverDueMails = (ctx: Ctx): Promise<number> => sendClaimed(ctx, { dueLimit: 50 });

export async function forgetOldMails(ctx: Ctx): Promise<number> {
  return (await deleteOldMails(ctx.db, ctx.now())).rowCount;
}

/** A run ends once the provider has refused so many mails in a row, or not answered: it is down, and is left alone. */
const mostRefusals = 5;

/** Answers how many went out. */
async function sendClaimed(ctx: Ctx, which: Waiting): Promise<number> {
  const budget = ctx.config.mail.budgetPerHour;
  const { mails, isHeldBack } = await claimMails(ctx.db, which, { now: ctx.now(), budget });
  if (isHeldBack) ctx.log('error', 'mail.budget_exhausted', { budget_per_hour: budget });

  let [sent, refusals] = [0, 0];
  for (const [index, mail] of mails.entries()) {
    const outcome = await deliver(ctx, mail);
    if (outcome === 'sent') [sent, refusals] = [sent + 1, 0];
    if (outcome === 'refused') refusals += 1;
    if (refusals < mostRefusals) continue;
    const rest = mails.slice(index + 1).map(({ id }) => id);
    ctx.log('error', 'mail.provider_down', { mails_left: rest.length });
    if (rest.length > 0) await releaseMails(ctx.db, rest, ctx.now());
    break;
  }
  return sent;
}

/** A mail that is `broken` cannot be opened, which says nothing of the provider. */
async function deliver(ctx: Ctx, { id, sealed }: ClaimedMail): Promise<'sent' | 'refused' | 'broken'> {
  let outcome: 'sent' | 'refused' | 'broken' = 'broken';
  try {
    const opened = sealed && (await unseal(ctx.config.keys.mail, sealed));
    if (!opened) throw new Error('a mail cannot be opened: was TOKEN_SECRET replaced?');
    const mail = Sealed.parse(JSON.parse(opened));
    outcome = 'refused';
    await send(ctx, id, mail);
    outcome = 'sent';
    await markSent(ctx.db, id, ctx.now());
  } catch (error) {
    ctx.log('warn', 'mail.failed', { mail_id: id, ...describeError(error) });
  }
  return outcome;
}

/** The outbox id is the provider's idempotency key: a mail sent twice arrives once. */
async function send({ config }: Ctx, id: string, { unsubscribeUrl, ...mail }: z.infer<typeof Sealed>): Promise<void> {
  const { apiKey, baseUrl, from } = config.mail;
  const resend = new Resend(apiKey, baseUrl ? { baseUrl } : {});
  const headers = unsubscribeUrl && {
    // RFC 2369 section 3.2, RFC 8058 section 3.1.
    'List-Unsubscribe': `<${unsubscribeUrl}>`,
    'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
  };
  const sent = resend.emails.send({ from, ...mail, ...(headers && { headers }) }, { idempotencyKey: id });
  const { error } = await Promise.race([sent, timeout()]);
  if (error) throw new Error(`the mail provider refused: ${error.name}`);
}

const timeout = (): Promise<never> =>
  new Promise((_, reject) => {
    setTimeout(() => reject(new Error('the mail provider did not answer in time')), timeoutMs);
  });
