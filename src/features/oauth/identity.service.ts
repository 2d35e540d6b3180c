import { type Ctx, requireSession } from '../../context.ts';
import { commit } from '../../db/commit-in-order.ts';
import { requireRecentLogin } from '../access/access.guards.ts';
import { recordAudit } from '../audit/audit.writes.ts';
import {
  anotherMethodStays,
  deleteIdentity,
  identityOwned,
  insertIdentity,
  listIdentities,
  ownerLocked,
} from './identity.repository.ts';
import type { IdentityRow } from './identity.table.ts';
import { identityNotFound, lastMethod } from './oauth.errors.ts';
import type { ProviderId } from './providers/provider.ts';

type Proven = { provider: ProviderId; subject: string; email: string | null };

export const newIdentity = (ctx: Ctx, userId: string, { provider, subject, email }: Proven): IdentityRow => ({
  id: ctx.newId(),
  userId,
  provider,
  subject,
  email,
  createdAt: ctx.now(),
});

/** Unsent: from now on this subject of the provider is this rider. */
export const identityInserted = (ctx: Ctx, identity: IdentityRow) => insertIdentity(ctx.db, identity);

export async function listMyIdentities(ctx: Ctx): Promise<IdentityRow[]> {
  return await listIdentities(ctx.db, requireSession(ctx).userId);
}

/** A way in always stays. */
export async function unlinkIdentity(ctx: Ctx, id: string): Promise<void> {
  const { userId } = requireSession(ctx);
  await commit(ctx, {
    guards: [
      { condition: ownerLocked(userId), error: identityNotFound },
      { condition: identityOwned(id, userId), error: identityNotFound },
      requireRecentLogin(ctx),
      { condition: anotherMethodStays(id, userId), error: lastMethod },
    ],
    statements: [deleteIdentity(ctx.db, id, userId), recordAudit(ctx, 'oauth.unlink', { subjectId: id })],
  });
}
