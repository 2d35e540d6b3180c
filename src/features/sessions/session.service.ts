import { type Ctx, type Role, roles, type Scope, scopeMissing, scopesOf } from '../../context.ts';
import type { Db } from '../../db/client.ts';
import { commit, type Guard, type Statement } from '../../db/commit.ts';
import type { AppError } from '../../errors.ts';
import { auditEntry } from '../audit/audit.service.ts';
import { newDeviceLetter, refreshReuseLetter } from '../mail/letters.rules.ts';
import { deliverMails, queueMail } from '../mail/mail.service.ts';
import { listedDeviceName } from './device.rules.ts';
import { invalidToken } from './session.errors.ts';
import {
  deleteOldSessions,
  endedHere,
  hasRole,
  insertSession,
  isLive,
  isNewDevice,
  revokeBeyond,
  revokeSession,
  riderOf,
  selectLiveRole,
  updateForRefresh,
} from './session.repository.ts';
import { absoluteDays, daysAfter, mostSessions } from './session.rules.ts';

type SessionKey = { userId: string; sessionId: string };

/** A session with the number of its newest refresh token. */
export type Session = { id: string; userId: string; role: Role; counter: number };

/** The role that the rider of a session has now; `undefined` when the session is over. */
export async function roleOfLive(db: Db, session: SessionKey, now: Date): Promise<Role | undefined> {
  const { rows } = await selectLiveRole(db, session, now);
  return rows[0]?.role ?? undefined;
}

export const roleHasAll = (role: Role, needed: readonly Scope[]): boolean =>
  needed.every((scope) => scopesOf[role].includes(scope));

/** Holds while the rider's role allows all of it, whatever a token says that was made before. */
export const roleAllows = (userId: string, needed: readonly Scope[]): Guard => ({
  condition: hasRole(
    userId,
    roles.filter((role) => roleHasAll(role, needed)),
  ),
  error: scopeMissing,
});

/** Holds while the session lives and its rider is not disabled. */
export const sessionLive = (session: SessionKey, now: Date): Guard => ({
  condition: isLive(session, now),
  error: invalidToken,
});

type Start = {
  /** Whether it has shown that this rider has logged in on it before. */
  isKnownDevice: boolean;
  guards: readonly Guard[];
  /** What the session hangs on. */
  first?: readonly Statement[];
  statements: readonly Statement[];
  /** What hangs on the session. */
  last?: (sessionId: string) => readonly Statement[];
  conflicts?: Readonly<Record<string, () => AppError>>;
};

/**
 * All of it goes into one commit. Of too many sessions the one used longest ago ends. A login from a device and place
 * that no session was from is mailed to the rider; the first one is not.
 */
export async function startSession(
  ctx: Ctx,
  { id: userId, email, role }: { id: string; email: string; role: Role },
  { isKnownDevice, guards, first = [], statements, last = () => [], conflicts = {} }: Start,
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
  const [, { rowCount: queued }] = await commit(ctx, {
    guards,
    conflicts,
    statements: [
      lockMails,
      insertMail,
      ...first,
      revokeBeyond(ctx.db, userId, mostSessions, now),
      insertSession(ctx.db, session),
      ...statements,
      ...last(session.id),
      auditEntry(ctx, 'auth.login', { actorId: userId, subjectId: session.id }),
    ],
  });
  if (queued > 0) deliverMails(ctx, [mail.id]);
  return { id: session.id, userId, role, counter: session.counter };
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
  if (!session || session.revokedAt) return;
  return { id, userId: session.userId, role: session.role, counter: session.counter };
}

async function warnOfReuse(ctx: Ctx, email: string): Promise<void> {
  const mail = await queueMail(ctx, email, refreshReuseLetter());
  await commit(ctx, { statements: mail.statements });
  deliverMails(ctx, [mail.id]);
}

/** Unsent: ends a session and writes it down, where there is one and it lives. */
export function sessionEnded(ctx: Ctx, id: string | undefined): Statement[] {
  if (!id) return [];
  const about = { actorId: riderOf(id), subjectId: id };
  return [
    revokeSession(ctx.db, id, ctx.now(), 'logout'),
    auditEntry(ctx, 'auth.logout', about, endedHere(id, 'logout')),
  ];
}

/** Doing it again changes nothing, so whether the credential that names the session still lives does not matter. */
export async function endSession(ctx: Ctx, id: string): Promise<void> {
  await commit({ ...ctx, actorGuards: [] }, { statements: sessionEnded(ctx, id) });
}

export async function forgetOldSessions(ctx: Ctx): Promise<number> {
  return (await deleteOldSessions(ctx.db, ctx.now())).rowCount;
}
