import { type Creating, requireSession } from '../../context.ts';
import { commit } from '../../db/commit-in-order.ts';
import { requireRecentLogin } from '../access/access.guards.ts';
import { recordAudit } from '../audit/audit.writes.ts';
import { identityLinkedLetter } from '../mail/letters.rules.ts';
import { deliverMails } from '../mail/mail.service.ts';
import { queueMail } from '../mail/mail.writes.ts';
import { addressOf } from '../users/user.service.ts';
import { identityInserted, newIdentity } from './identity.service.ts';
import type { IdentityRow } from './identity.table.ts';
import { identityLinked, identityTaken, invalidCode } from './oauth.errors.ts';
import { codeUnused, useCode } from './oauth.repository.ts';
import { type Exchange, openCode, providerName } from './sign-in.service.ts';

/**
 * Gives the signed-in rider another way in. The session brings the code together with the verifier that it began with,
 * so that no page can make a rider link somebody else's identity, or somebody else link a rider's.
 */
export async function linkIdentity(ctx: Creating<IdentityRow>, exchange: Exchange): Promise<IdentityRow> {
  const { userId } = requireSession(ctx);
  const [found, email] = await Promise.all([openCode(ctx, exchange), addressOf(ctx, userId)]);
  if (found.owner_id) throw found.owner_id === userId ? identityLinked() : identityTaken();

  const mail = await queueMail(ctx, email, identityLinkedLetter(providerName(ctx, found.provider)));
  const identity = newIdentity(ctx, userId, found);
  await commit(ctx, {
    kept: await ctx.keep?.(identity),
    guards: [requireRecentLogin(ctx), { condition: codeUnused(found.codeHash), error: invalidCode }],
    statements: [
      identityInserted(ctx, identity),
      useCode(ctx.db, found.codeHash, null, ctx.now()),
      ...mail.statements,
      recordAudit(ctx, 'oauth.link', { subjectId: userId }),
    ],
    conflicts: { identities_subject_key: identityTaken },
  });
  deliverMails(ctx, [mail.id]);
  return identity;
}
