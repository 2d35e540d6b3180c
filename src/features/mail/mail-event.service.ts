import { z } from 'zod';
import type { Ctx } from '../../context.ts';
import { commit } from '../../db/commit.ts';
import { normaliseEmail } from '../../lib/email-address.ts';
import { recordAudit } from '../audit/audit.writes.ts';
import { addressHash } from './address-hash.rules.ts';
import { invalidSignature, mailEventsDisabled } from './mail.errors.ts';
import { deleteExpiredSuppressions, upsertSuppression } from './suppression.repository.ts';
import type { SuppressionReason } from './suppression.table.ts';

const bounceDays = 30;
const complaintDays = 365;
const daysFor: Readonly<Record<SuppressionReason, number>> = { bounce: bounceDays, complaint: complaintDays };

type SignedPayload = { payload: string; id: string; timestamp: string; signature: string };
type MailEvent = { type: string; data: object };

const Recipients = z.object({ to: z.array(z.string()).max(50) });
const PermanentBounce = z.object({ bounce: z.object({ type: z.literal('Permanent') }) });

/** Suppresses mails to an address for a while after a bounce or a complaint. Receiving an event again is harmless. */
export async function receiveMailEvent(ctx: Ctx, signed: SignedPayload, { type, data }: MailEvent): Promise<void> {
  await requireSignature(ctx, signed);
  const reason = reasonIn(type, data);
  if (!reason) return;

  const addresses = addressesIn(data);
  if (addresses.length === 0) {
    ctx.log('warn', 'mail.event_unreadable', { type });
    return;
  }
  const [key] = ctx.config.keys.mail;
  if (!key) throw new Error('no key for mails');
  const until = new Date(ctx.now().getTime() + daysFor[reason] * 86_400_000);
  await commit(ctx, {
    writes: {
      suppressions: addresses.map((address) =>
        upsertSuppression(ctx.db, { addressHash: addressHash(key, 'suppressed', address), reason, until }),
      ),
      audit: recordAudit(ctx, 'mail.suppressed'),
    },
  });
}

/** The SDK refuses a signature whose time is more than five minutes away from the clock of the machine. */
async function requireSignature({ config }: Ctx, { payload, id, timestamp, signature }: SignedPayload): Promise<void> {
  const { apiKey, webhookSecret } = config.mail;
  if (!webhookSecret) throw mailEventsDisabled();
  const { Resend } = await import('resend');
  try {
    new Resend(apiKey).webhooks.verify({ payload, headers: { id, timestamp, signature }, webhookSecret });
  } catch {
    throw invalidSignature();
  }
}

function reasonIn(type: string, data: object): SuppressionReason | undefined {
  if (type === 'email.complained') return 'complaint';
  return type === 'email.bounced' && PermanentBounce.safeParse(data).success ? 'bounce' : undefined;
}

/** Each address once, sorted, so that two commits lock their rows in the same order. */
function addressesIn(data: object): string[] {
  const { success, data: recipients } = Recipients.safeParse(data);
  if (!success) return [];
  const addresses = recipients.to.flatMap((to) => normaliseEmail(/<([^<>]*)>\s*$/.exec(to)?.[1] ?? to) ?? []);
  return [...new Set(addresses)].sort();
}

export async function purgeSuppressions(ctx: Ctx): Promise<number> {
  return (await deleteExpiredSuppressions(ctx.db, ctx.now())).rowCount;
}
