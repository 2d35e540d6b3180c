import type { Ctx, Role } from '../../context.ts';
import { commit, type Guard, type Statement } from '../../db/commit.ts';
import type { AppError } from '../../errors.ts';
import { recordAudit } from '../audit/audit.writes.ts';
import { deliverMails } from '../mail/mail.service.ts';
import { queueMail } from '../mail/mail.writes.ts';
import { newDeviceMail, refreshReuseMail } from '../mail/templates.rules.ts';
import { listedDeviceName } from './device.rules.ts';
import {
  deleteOldSessions,
  hasEndedHere,
  insertSession,
  isNewDevice,
  revokeOldest,
  riderOfSession,
  updateForRefresh,
} from './session.repository.ts';
import { absoluteDays, daysAfter, maxSessions } from './session.rules.ts';
import { endSession } from './session.writes.ts';

/** A session with the number of its newest refresh token. */
export type Session = { id: string; userId: string; role: Role; counter: number };

type SessionStart = {
  /** The device has proven that this rider has logged in on it before. */
  isKnownDevice: boolean;
  guards: readonly Guard[];
  /** Writes of rows that the session refers to, such as a new rider. */
  writesBefore?: readonly Statement[];
  /** Writes that are independent of the session. */
  otherWrites: readonly Statement[];
  /** Writes of rows that refer to the session. */
  writesAfter?: (sessionId: string) => readonly Statement[];
  conflicts?: Readonly<Record<string, () => AppError>>;
};

/**
 * Starts a session and makes the related writes in one commit. If the rider then has too many sessions, the one used
 * longest ago ends. The rider gets a mail about a login from a new device and place, except for the first login.
 */
export async function startSession(
  ctx: Ctx,
  { id: userId, email, role }: { id: string; email: string; role: Role },
  { isKnownDevice, guards, writesBefore = [], otherWrites, writesAfter = () => [], conflicts = {} }: SessionStart,
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
  const message = newDeviceMail({ device, place: session.place });
  const mail = await queueMail(ctx, email, message, isKnownDevice ? false : isNewDevice(session));
  const {
    mail: [, { rowCount: queued }],
  } = await commit(ctx, {
    guards,
    conflicts,
    writes: {
      mail: mail.statements,
      before: writesBefore,
      oldest: revokeOldest(ctx.db, userId, maxSessions, now),
      session: insertSession(ctx.db, session),
      others: otherWrites,
      after: writesAfter(session.id),
      audit: recordAudit(ctx, 'auth.login', { actorId: userId, subjectId: session.id }),
    },
  });
  if (queued > 0) deliverMails(ctx, [mail.id]);
  return { id: session.id, userId, role, counter: session.counter };
}

/** Renews a session with a refresh token, as `updateForRefresh` decides. The result is `undefined` if it has ended. */
export async function renewSession(
  ctx: Ctx,
  { sessionId: id, counter }: { sessionId: string; counter: number },
): Promise<Session | undefined> {
  const about = { actorId: riderOfSession(id), subjectId: id };
  const {
    session: [session],
  } = await commit(ctx, {
    writes: {
      session: updateForRefresh(ctx.db, { sessionId: id, counter }, ctx.now()),
      audit: recordAudit(ctx, 'auth.refresh_reuse', about, hasEndedHere(id, 'reuse')),
    },
  });
  if (session?.revokedAt) await warnOfReuse(ctx, session.email);
  if (!session || session.revokedAt) return;
  return { id, userId: session.userId, role: session.role, counter: session.counter };
}

async function warnOfReuse(ctx: Ctx, email: string): Promise<void> {
  const mail = await queueMail(ctx, email, refreshReuseMail());
  await commit(ctx, { writes: { mail: mail.statements } });
  deliverMails(ctx, [mail.id]);
}

/** Does not check whether the credential is still valid, because ending a session again changes nothing. */
export async function signOutSession(ctx: Ctx, id: string): Promise<void> {
  await commit({ ...ctx, actorGuards: {} }, { writes: { session: endSession(ctx, id) } });
}

export async function purgeSessions(ctx: Ctx): Promise<number> {
  return (await deleteOldSessions(ctx.db, ctx.now())).rowCount;
}
