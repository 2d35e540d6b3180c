import { type CreateCtx, requireSession } from '../../context.ts';
import { commit } from '../../db/commit.ts';
import { requireRecentLogin } from '../access/access.guards.ts';
import { recordAudit } from '../audit/audit.writes.ts';
import { deliverMails } from '../mail/mail.service.ts';
import { queueMail } from '../mail/mail.writes.ts';
import { identityLinkedMail } from '../mail/templates.rules.ts';
import { addressOf } from '../users/user.service.ts';
import { type Exchange, openCode } from './code.service.ts';
import { insertIdentity } from './identity.repository.ts';
import { newIdentity } from './identity.rules.ts';
import type { IdentityRow } from './identity.table.ts';
import { identityLinked, identityTaken } from './oauth.errors.ts';
import { requireUnusedCode } from './oauth.guards.ts';
import { useCode } from './oauth.repository.ts';
import { getProviderName } from './provider.service.ts';

/**
 * Links a sign-in to the account of the signed-in rider. The call needs the session and the verifier of the code, so
 * that no page can make a rider link a stranger's identity, and no stranger can link a rider's.
 */
export async function linkIdentity(ctx: CreateCtx, exchange: Exchange): Promise<IdentityRow> {
  const { userId } = requireSession(ctx);
  const [code, email] = await Promise.all([openCode(ctx, exchange), addressOf(ctx, userId)]);
  if (code.owner_id) throw code.owner_id === userId ? identityLinked() : identityTaken();

  const mail = await queueMail(ctx, email, identityLinkedMail(getProviderName(ctx, code.provider)));
  const identity = newIdentity({ id: ctx.newId(), userId, now: ctx.now() }, code);
  await commit(ctx, {
    idempotency: ctx.remember?.([identity.id]),
    guards: [requireRecentLogin(ctx), requireUnusedCode(code.codeHash)],
    writes: {
      identity: insertIdentity(ctx.db, identity),
      code: useCode(ctx.db, code.codeHash, null, ctx.now()),
      mail: mail.statements,
      audit: recordAudit(ctx, 'oauth.link', { subjectId: userId }),
    },
    conflicts: { identities_subject_key: identityTaken },
  });
  deliverMails(ctx, [mail.id]);
  return identity;
}
