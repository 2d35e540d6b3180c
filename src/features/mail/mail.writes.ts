import type { Ctx } from '../../context.ts';
import type { Condition } from '../../db/commit.ts';
import { seal } from '../../lib/seal.ts';
import { addressHash } from './address-hash.rules.ts';
import { deleteDigestsOf, deleteMailsTo, insertMail, lockAddress } from './outbox.repository.ts';
import type { MailMessage, MailShare } from './templates.rules.ts';

/**
 * Puts a mail into the outbox; `id` is for `deliverMails`. The mail is inserted only where `condition` holds and the
 * address accepts mails, so that a commit has the same statements whether or not somebody is to be mailed.
 */
export async function queueMail(ctx: Ctx, to: string, message: MailMessage, condition: Condition | boolean = true) {
  const [key] = ctx.config.keys.mail;
  if (!key) throw new Error('no key for mails');
  const id = ctx.newId();
  const { share = 'request', digest, connectionId, ...content } = message;
  const sealed = await seal(key, JSON.stringify({ to, ...content }));
  const hash = addressHash(key, share, to);
  const suppressedAs = ctx.config.keys.mail.map((each) => addressHash(each, 'suppressed', to));
  const mail = { id, addressHash: hash, suppressedAs, share, sealed, digest, connectionId, now: ctx.now() };
  return { id, statements: [lockAddress(ctx.db, hash), insertMail(ctx.db, mail, condition)] as const };
}

const shares: readonly MailShare[] = [
  'request',
  'reset',
  'notice',
  'digest',
  'connection_request',
  'connection_accepted',
];

/** Deletes every mail to an address from the outbox, sent or not. */
export function deleteMailsOf(ctx: Ctx, to: string) {
  const hashes = ctx.config.keys.mail.flatMap((key) => shares.map((share) => addressHash(key, share, to)));
  return deleteMailsTo(ctx.db, hashes);
}

/** Deletes the queued digest of a rider who no longer wants digests, or may no longer have them. */
export const withdrawDigests = (ctx: Ctx, riderId: string) => deleteDigestsOf(ctx.db, riderId);
