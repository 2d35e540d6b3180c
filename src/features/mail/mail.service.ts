import { Resend } from 'resend';
import { z } from 'zod';
import type { Ctx } from '../../context.ts';
import type { Guard } from '../../db/commit.ts';
import { seal, unseal } from '../../lib/seal.ts';
import { describeError } from '../../log.ts';
import { addressHash } from './address-hash.rules.ts';
import type { Letter, MailShare } from './letters.rules.ts';
import {
  type ClaimedMail,
  claimMails,
  deleteDigestsOf,
  deleteMailsTo,
  deleteOldMails,
  insertMail,
  lockAddress,
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

/**
 * The statements that put a mail into the outbox, and its id for `deliverMails`. It goes in only where `condition`
 * holds and the address takes mails, so that a caller who must not learn of it can send the same statements either way.
 */
export async function queueMail(ctx: Ctx, to: string, letter: Letter, condition: Guard['condition'] | boolean = true) {
  const [key] = ctx.config.keys.mail;
  if (!key) throw new Error('no key for mails');
  const id = ctx.newId();
  const { share = 'request', digestRiderId, ...words } = letter;
  const sealed = await seal(key, JSON.stringify({ to, ...words }));
  const hash = addressHash(key, share, to);
  const suppressedAs = ctx.config.keys.mail.map((each) => addressHash(each, 'suppressed', to));
  const mail = { id, addressHash: hash, suppressedAs, share, sealed, digestRiderId, now: ctx.now() };
  return { id, statements: [lockAddress(ctx.db, hash), insertMail(ctx.db, mail, condition)] as const };
}

const shares: readonly MailShare[] = ['request', 'reset', 'notice', 'digest'];

/** Unsent: takes out of the outbox what is kept under an address, sent or not. */
export function mailsForgotten(ctx: Ctx, to: string) {
  const hashes = ctx.config.keys.mail.flatMap((key) => shares.map((share) => addressHash(key, share, to)));
  return deleteMailsTo(ctx.db, hashes);
}

/** Unsent: takes out of the outbox the digest that waits for a rider who wants none any more, or may have none. */
export const digestsWithdrawn = (ctx: Ctx, riderId: string) => deleteDigestsOf(ctx.db, riderId);

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
