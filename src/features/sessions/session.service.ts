import type { Ctx } from '../../context.ts';
import type { Db } from '../../db/client.ts';
import { commit, type Guard, type Statement } from '../../db/commit.ts';
import { auditEntry } from '../audit/audit.service.ts';
import { newDeviceLetter, refreshReuseLetter } from '../mail/letters.rules.ts';
import { deliverMails, queueMail } from '../mail/mail.service.ts';
import { listedDeviceName } from './device.rules.ts';
import { invalidToken } from './session.errors.ts';
import {
  deleteExpiredSessions,
  endedHere,
  findLiveSession,
  insertSession,
  isNewDevice,
  liveSessionCondition,
  revokeBeyond,
  revokeSession,
  riderOf,
  updateForRefresh,
} from './session.repository.ts';
import { absoluteDays, daysAfter, mostSessions } from './session.rules.ts';

type SessionKey = { userId: string; sessionId: string };

/** A session with the number of its newest refresh token. */
export type Session = { id: string; userId: string; counter: number };

export async function isSessionLive(db: Db, session: SessionKey, now: Date): Promise<boolean> {
  return (await findLiveSession(db, session, now)) !== undefined;
}

/** Holds while the session lives and its rider is not disabled. */
export const sessionLive = (session: SessionKey, now: Date): Guard => ({
  condition: liveSessionCondition(session, now),
  error: invalidToken(),
});

type Start = {
  /** Whether it has shown that this rider has logged in on it before. */
  isKnownDevice: boolean;
  guards: readonly Guard[];
  statements: readonly Statement[];
};

/**
 * `guards` and `statements` go into the same commit. Of too many sessions the one used longest ago ends. A login from
 * a device and place that no session was from is mailed to the rider; the first one is not.
 */
export async function startSession(
  ctx: Ctx,
  { id: userId, email }: { id: string; email: string },
  { isKnownDevice, guards, statements }: Start,
): Promise<Session> {
  const now = ctx.now();
  const session = {
    id: ctx.newId(),
    userId,
    counter: 0,
    userAgent: ctx.request.userAgent,
    place: ctx.request.place,
    createdAt: now,
    authenticatedAt: now,
    rotatedAt: now,
    lastUsedAt: now,
    expiresAt: daysAfter(now, absoluteDays),
  };
  const device = listedDeviceName(session.userAgent) ?? 'a device';
  const letter = newDeviceLetter({ device, place: session.place });
  const mail = await queueMail(ctx, email, letter, isKnownDevice ? false : isNewDevice(session));
  const [lockMails, insertMail] = mail.statements;
  const [, , { rowCount: queued }] = await commit(ctx, {
    guards,
    statements: [
      revokeBeyond(ctx.db, userId, mostSessions, now),
      lockMails,
      insertMail,
      insertSession(ctx.db, session),
      ...statements,
      auditEntry(ctx, 'auth.login', { actorId: userId, subjectId: session.id }),
    ],
  });
  if (queued > 0) deliverMails(ctx, [mail.id]);
  return session;
}

/** Rotates, answers the same child again, or ends the session: see `updateForRefresh`. `undefined` when it is over. */
export async function renewSession(
  ctx: Ctx,
  { sessionId: id, counter }: { sessionId: string; counter: number },
): Promise<Session | undefined> {
  const about = { actorId: riderOf(id), subjectId: id };
  const [[session]] = await commit(ctx, {
    statements: [
      updateForRefresh(ctx.db, { sessionId: id, counter }, ctx.now()),
      auditEntry(ctx, 'auth.refresh_reuse', about, endedHere(id, 'reuse')),
    ],
  });
  if (session?.revokedAt) await warnOfReuse(ctx, session.email);
  return session && !session.revokedAt ? { id, userId: session.userId, counter: session.counter } : undefined;
}

async function warnOfReuse(ctx: Ctx, email: string): Promise<void> {
  const mail = await queueMail(ctx, email, refreshReuseLetter());
  await commit(ctx, { statements: mail.statements });
  deliverMails(ctx, [mail.id]);
}

/** Doing it again changes nothing, so whether the credential that names the session still lives does not matter. */
export async function endSession(ctx: Ctx, id: string): Promise<void> {
  const about = { actorId: riderOf(id), subjectId: id };
  await commit(
    { ...ctx, actorGuard: undefined },
    {
      statements: [
        revokeSession(ctx.db, id, ctx.now(), 'logout'),
        auditEntry(ctx, 'auth.logout', about, endedHere(id, 'logout')),
      ],
    },
  );
}

export async function forgetExpiredSessions(ctx: Ctx): Promise<void> {
  await deleteExpiredSessions(ctx.db, ctx.now());
}
