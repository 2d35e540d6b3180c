import { z } from 'zod';
import type { Ctx } from '../../context.ts';
import { commit } from '../../db/commit.ts';
import { unseal } from '../../lib/seal.ts';
import { describeError } from '../../log.ts';
import {
  type ClaimedMail,
  claimMails,
  countDueMails,
  deleteOldMails,
  deleteOutdatedMails,
  lockBudget,
  type MailSelection,
  markSent,
  releaseMails,
} from './outbox.repository.ts';

const MailContent = z.object({
  to: z.string(),
  subject: z.string(),
  text: z.string(),
  html: z.string(),
  unsubscribeUrl: z.string().optional(),
});

const timeoutMs = 10_000;

/** Sends mails of the outbox; the response does not wait for it. The cron job sends those that fail. */
export function deliverMails(ctx: Ctx, ids: readonly string[]): void {
  ctx.defer(async (later) => void (await deliverNow(later, ids)));
}

/** The same, but waits until the mails are sent. Answers how many were. */
export const deliverNow = (ctx: Ctx, ids: readonly string[]): Promise<number> =>
  claimAndSend(ctx, { ids, limit: ids.length });

export const deliverDueMails = (ctx: Ctx): Promise<number> => claimAndSend(ctx, { limit: 50 });

export async function purgeMails(ctx: Ctx): Promise<number> {
  return (await deleteOldMails(ctx.db, ctx.now())).rowCount;
}

/** A run ends after this many refusals or timeouts in a row, because the provider is down. */
const maxRefusals = 5;

/** Answers how many mails were sent. */
async function claimAndSend(ctx: Ctx, selection: MailSelection): Promise<number> {
  const budget = ctx.config.mail.budgetPerHour;
  const claim = await commit(ctx, {
    writes: {
      lock: lockBudget(ctx.db),
      outdated: deleteOutdatedMails(ctx.db, selection, ctx.now()),
      mails: claimMails(ctx.db, selection, { now: ctx.now(), budget }),
      due: countDueMails(ctx.db, selection, ctx.now()),
    },
  });
  const { mails } = claim;
  const isHeldBack = mails.length < selection.limit && (claim.due[0]?.count ?? 0) > 0;
  if (isHeldBack) ctx.log('error', 'mail.budget_exhausted', { budget_per_hour: budget });

  let [sent, refusals] = [0, 0];
  for (const [index, mail] of mails.entries()) {
    const outcome = await deliver(ctx, mail);
    if (outcome === 'sent') [sent, refusals] = [sent + 1, 0];
    if (outcome === 'refused') refusals += 1;
    if (refusals < maxRefusals) continue;
    const rest = mails.slice(index + 1).map(({ id }) => id);
    ctx.log('error', 'mail.provider_down', { mails_left: rest.length });
    if (rest.length > 0) await releaseMails(ctx.db, rest, ctx.now());
    break;
  }
  return sent;
}

/** `broken`: the mail cannot be decrypted, which says nothing about the provider. */
async function deliver(ctx: Ctx, { id, sealed }: ClaimedMail): Promise<'sent' | 'refused' | 'broken'> {
  let outcome: 'sent' | 'refused' | 'broken' = 'broken';
  try {
    const opened = sealed && (await unseal(ctx.config.keys.mail, sealed));
    if (!opened) throw new Error('a mail cannot be opened: was TOKEN_SECRET replaced?');
    const mail = MailContent.parse(JSON.parse(opened));
    outcome = 'refused';
    await send(ctx, id, mail);
    outcome = 'sent';
    await markSent(ctx.db, id, ctx.now());
  } catch (error) {
    ctx.log('warn', 'mail.failed', { mail_id: id, ...describeError(error) });
  }
  return outcome;
}

/** The outbox id is the idempotency key at the provider, so that a mail that is sent twice arrives once. */
async function send(
  { config }: Ctx,
  id: string,
  { unsubscribeUrl, ...mail }: z.infer<typeof MailContent>,
): Promise<void> {
  const { apiKey, baseUrl, from } = config.mail;
  const { Resend } = await import('resend');
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
