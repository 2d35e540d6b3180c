import type { Ctx } from '../../context.ts';
import { commit, type Statement } from '../../db/commit-in-order.ts';
import { encodeBase64url } from '../../lib/base64url.ts';
import { makeDeviceToken, readDeviceToken } from '../../lib/device-token.ts';
import { sha256Bytes } from '../../lib/keys.ts';
import { readRefreshToken } from '../../lib/refresh-token.ts';
import { recordAudit } from '../audit/audit.writes.ts';
import { registrationsForgotten } from '../auth/registration.service.ts';
import { issueTokens, type Tokens } from '../auth/token.service.ts';
import { blocksApplied } from '../blocks/block.service.ts';
import { identityLinkedLetter } from '../mail/letters.rules.ts';
import { deliverMails } from '../mail/mail.service.ts';
import { queueMail } from '../mail/mail.writes.ts';
import { startSession } from '../sessions/session.service.ts';
import { endSession } from '../sessions/session.writes.ts';
import { identityInserted, newIdentity } from './identity.service.ts';
import { emailUnverified, invalidCode } from './oauth.errors.ts';
import { codeUnused, deleteCodesOf, findCode, insertRider, riderEnabled, useCode } from './oauth.repository.ts';
import { offeredProvider } from './provider.service.ts';
import type { ProviderId } from './providers/provider.ts';
import { type Decision, decideSignIn } from './sign-in.rules.ts';

export type Exchange = { code: string; codeVerifier: string; deviceToken?: string | undefined };

/** What a code stands for, for whoever has its verifier too; one that comes a second time ends what it began. */
export async function openCode(ctx: Ctx, { code, codeVerifier }: Exchange) {
  const codeHash = sha256Bytes(code);
  const codeChallenge = encodeBase64url(sha256Bytes(codeVerifier));
  const found = await findCode(ctx.db, { codeHash, codeChallenge }, ctx.now());
  if (!found) throw invalidCode();
  if (found.is_used) {
    if (found.session_id) await commit({ ...ctx, actorGuards: {} }, { statements: endSession(ctx, found.session_id) });
    throw invalidCode();
  }
  return { ...found, codeHash };
}

type Found = Awaited<ReturnType<typeof openCode>>;

/**
 * Signs in who a provider has proven to be somebody: an account they have, one of their address, or a new one. It ends
 * the session that a browser had before.
 */
export async function exchangeCode(ctx: Ctx, exchange: Exchange, endingToken?: string): Promise<Tokens> {
  const found = await openCode(ctx, exchange);
  const { owner_id, owner_email, owner_role, namesake_id, namesake_role, email } = found;
  const decision = decideSignIn({
    owner: owner_id && owner_email && owner_role ? { id: owner_id, email: owner_email, role: owner_role } : undefined,
    namesake: namesake_id && email && namesake_role ? { id: namesake_id, email, role: namesake_role } : undefined,
    email: email ?? undefined,
    isEmailVerified: found.is_email_verified,
  });
  if (decision.do === 'refuse') throw emailUnverified();

  const user =
    decision.do === 'register' ? { id: ctx.newId(), email: decision.email, role: 'user' as const } : decision.user;
  const { statements, mailIds } = await consequences(ctx, found, decision, user.id);
  const isNew = decision.do === 'register';
  const ending = endingToken ? readRefreshToken(ctx.config.keys.refresh, endingToken) : undefined;
  const session = await startSession(ctx, user, {
    isKnownDevice: readDeviceToken(ctx.config.keys.device, exchange.deviceToken)?.userId === user.id,
    guards: [
      { stage: 'rows', condition: codeUnused(found.codeHash), error: invalidCode },
      ...(isNew ? [] : [{ stage: 'riders' as const, condition: riderEnabled(user.id), error: invalidCode }]),
    ],
    before: statements,
    beside: endSession(ctx, ending?.sessionId),
    after: (sessionId) => [useCode(ctx.db, found.codeHash, sessionId, ctx.now())],
    conflicts: { users_email_key: invalidCode, identities_subject_key: invalidCode },
  });
  deliverMails(ctx, mailIds);
  const deviceToken = makeDeviceToken(ctx.config.keys.device, user.id);
  return { ...(await issueTokens(ctx, session)), deviceToken };
}

/** What has to be there before the session is. */
async function consequences(
  ctx: Ctx,
  found: Found,
  decision: Exclude<Decision, { do: 'refuse' }>,
  userId: string,
): Promise<{ statements: Statement[]; mailIds: string[] }> {
  const entry = (action: string) => recordAudit(ctx, action, { actorId: userId, subjectId: userId });
  if (decision.do === 'sign_in') return { statements: [entry('oauth.login')], mailIds: [] };

  const linked = identityInserted(ctx, newIdentity(ctx, userId, found));
  if (decision.do === 'register') {
    const rider = { id: userId, email: decision.email, name: found.name, now: ctx.now() };
    // What waits under the address was set by somebody who has not proven it. It goes first: who follows a mailed link
    // at the same time locks in this order.
    const statements = [
      registrationsForgotten(ctx, decision.email),
      insertRider(ctx.db, rider),
      ...blocksApplied(ctx, decision.email, userId),
      linked,
      entry('oauth.register'),
    ];
    return { statements, mailIds: [] };
  }
  const mail = await queueMail(ctx, decision.email, identityLinkedLetter(providerName(ctx, found.provider)));
  return { statements: [linked, ...mail.statements, entry('oauth.link')], mailIds: [mail.id] };
}

export const providerName = (ctx: Ctx, id: ProviderId): string => offeredProvider(ctx, id)?.provider.name ?? id;

/** Unsent: sign-ins under way under an address whose account goes. */
export const codesForgotten = (ctx: Ctx, email: string) => deleteCodesOf(ctx.db, email);
