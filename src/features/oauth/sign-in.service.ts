import type { Ctx } from '../../context.ts';
import type { Statement } from '../../db/commit.ts';
import { makeDeviceToken, readDeviceToken } from '../../lib/device-token.ts';
import { readRefreshToken } from '../../lib/refresh-token.ts';
import { recordAudit } from '../audit/audit.writes.ts';
import { deleteRegistrationsOf } from '../auth/registration.writes.ts';
import { issueTokens, type Tokens } from '../auth/token.service.ts';
import { deliverMails } from '../mail/mail.service.ts';
import { queueMail } from '../mail/mail.writes.ts';
import { identityLinkedMail } from '../mail/templates.rules.ts';
import { startSession } from '../sessions/session.service.ts';
import { endSession } from '../sessions/session.writes.ts';
import { type Exchange, type OpenedCode, openCode } from './code.service.ts';
import { insertIdentity } from './identity.repository.ts';
import { newIdentity } from './identity.rules.ts';
import { emailUnverified, invalidCode } from './oauth.errors.ts';
import { requireEnabledRider, requireUnusedCode } from './oauth.guards.ts';
import { insertRider, useCode } from './oauth.repository.ts';
import { getProviderName } from './provider.service.ts';
import { type Decision, decideSignIn } from './sign-in.rules.ts';

/**
 * Logs in the rider of a code: by the linked identity, by the verified address, or as a new rider. It ends the earlier
 * session of the browser.
 */
export async function exchangeCode(ctx: Ctx, exchange: Exchange, earlierRefreshToken?: string): Promise<Tokens> {
  const code = await openCode(ctx, exchange);
  const { owner_id, owner_email, owner_role, address_owner_id, address_owner_role, email } = code;
  const decision = decideSignIn({
    owner: owner_id && owner_email && owner_role ? { id: owner_id, email: owner_email, role: owner_role } : undefined,
    addressOwner:
      address_owner_id && email && address_owner_role
        ? { id: address_owner_id, email, role: address_owner_role }
        : undefined,
    email: email ?? undefined,
    isEmailVerified: code.is_email_verified,
  });
  if (decision.do === 'refuse') throw emailUnverified();

  const isNew = decision.do === 'register';
  const user = isNew ? { id: ctx.newId(), email: decision.email, role: 'user' as const } : decision.user;
  const { statements, mailIds } = await writesFor(ctx, code, decision, user.id);
  const earlier = earlierRefreshToken ? readRefreshToken(ctx.config.keys.refresh, earlierRefreshToken) : undefined;
  const session = await startSession(ctx, user, {
    isKnownDevice: readDeviceToken(ctx.config.keys.device, exchange.deviceToken)?.userId === user.id,
    guards: [...(isNew ? [] : requireEnabledRider(user.id)), requireUnusedCode(code.codeHash)],
    writesBefore: statements,
    otherWrites: endSession(ctx, earlier?.sessionId),
    writesAfter: (sessionId) => [useCode(ctx.db, code.codeHash, sessionId, ctx.now())],
    conflicts: { users_email_key: invalidCode, identities_subject_key: invalidCode },
  });
  deliverMails(ctx, mailIds);
  const deviceToken = makeDeviceToken(ctx.config.keys.device, user.id);
  return { ...(await issueTokens(ctx, session)), deviceToken };
}

/** The writes that the session needs before it: the rider, the identity, the audit. */
async function writesFor(
  ctx: Ctx,
  code: OpenedCode,
  decision: Exclude<Decision, { do: 'refuse' }>,
  userId: string,
): Promise<{ statements: Statement[]; mailIds: string[] }> {
  const audit = (action: string) => recordAudit(ctx, action, { actorId: userId, subjectId: userId });
  if (decision.do === 'sign_in') return { statements: [audit('oauth.login')], mailIds: [] };

  const identity = insertIdentity(ctx.db, newIdentity({ id: ctx.newId(), userId, now: ctx.now() }, code));
  if (decision.do === 'register') {
    const rider = { id: userId, email: decision.email, name: code.name, now: ctx.now() };
    // Registrations of the address have passwords of people who have not verified it. They go first, because a verified
    // link locks in this order.
    const statements = [
      deleteRegistrationsOf(ctx, decision.email),
      insertRider(ctx.db, rider),
      identity,
      audit('oauth.register'),
    ];
    return { statements, mailIds: [] };
  }
  const mail = await queueMail(ctx, decision.email, identityLinkedMail(getProviderName(ctx, code.provider)));
  return { statements: [identity, ...mail.statements, audit('oauth.link')], mailIds: [mail.id] };
}
