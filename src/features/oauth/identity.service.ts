import { type Ctx, requireSession } from '../../context.ts';
import { commit } from '../../db/commit.ts';
import { lockRider, requireRecentLogin } from '../access/access.guards.ts';
import { recordAudit } from '../audit/audit.writes.ts';
import { deleteIdentity, listIdentities } from './identity.repository.ts';
import type { IdentityRow } from './identity.table.ts';
import { identityNotFound } from './oauth.errors.ts';
import { requireOtherLogin, requireOwnIdentity } from './oauth.guards.ts';

export async function listMyIdentities(ctx: Ctx): Promise<IdentityRow[]> {
  return await listIdentities(ctx.db, requireSession(ctx).userId);
}

export async function getMyIdentity(ctx: Ctx, id: string): Promise<IdentityRow> {
  const identity = (await listMyIdentities(ctx)).find((one) => one.id === id);
  if (!identity) throw identityNotFound();
  return identity;
}

/**
 * The last way to log in cannot be unlinked. Two calls at the same time run one after the other, because both lock the
 * rider.
 */
export async function unlinkIdentity(ctx: Ctx, id: string): Promise<void> {
  const { userId } = requireSession(ctx);
  await commit(ctx, {
    guards: [
      requireRecentLogin(ctx),
      lockRider(userId, 'update', identityNotFound),
      requireOwnIdentity(id, userId),
      requireOtherLogin(id, userId),
    ],
    writes: {
      identity: deleteIdentity(ctx.db, id, userId),
      audit: recordAudit(ctx, 'oauth.unlink', { subjectId: id }),
    },
  });
}
