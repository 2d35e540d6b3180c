import { type Ctx, invalidToken, requireSession, roleHasAll, roles, type Scope, scopeMissing } from '../../context.ts';
import type { Guard } from '../../db/commit.ts';
import type { AppError } from '../../errors.ts';
import { reauthenticationRequired, userNotFound } from './access.errors.ts';
import { lockedRider, type RiderLock } from './access.predicates.ts';
import { hasRole, isAuthenticatedSince, isLive, type SessionKey } from './access.repository.ts';
import { recentLoginMinutes } from './access.rules.ts';

/** The session is in force and its rider is not disabled. */
export const requireLiveSession = (session: SessionKey, now: Date): Guard => ({
  stage: 'caller',
  condition: isLive(session, now),
  error: invalidToken,
});

/** The rider's present role allows all the scopes, whatever an older token says. */
export const requireRole = (userId: string, needed: readonly Scope[]): Guard => ({
  stage: 'caller',
  condition: hasRole(
    userId,
    roles.filter((role) => roleHasAll(role, needed)),
  ),
  error: scopeMissing,
});

/** The rider has shown the password in this session within ten minutes: what sensitive calls ask for. */
export const requireRecentLogin = (ctx: Ctx, scope?: Parameters<typeof requireSession>[1]): Guard => ({
  stage: 'caller',
  condition: isAuthenticatedSince(
    requireSession(ctx, scope).sessionId,
    new Date(ctx.now().getTime() - recentLoginMinutes * 60_000),
  ),
  error: reauthenticationRequired,
});

/** What every admin call asks for: the role, and the password shown within ten minutes. */
export const requireAdmin = (ctx: Ctx): Guard => requireRecentLogin(ctx, 'admin:manage');

/**
 * The one way to lock a rider: two commits that lock the same rider take turns. By default the rider is the caller,
 * whose credential ends with the account.
 */
export const lockRider = (id: string, lock: RiderLock, error: () => AppError = invalidToken): Guard => ({
  stage: 'riders',
  condition: lockedRider(id, lock),
  error,
});

/** The account exists; it is locked. */
export const requireAccount = (id: string): Guard => lockRider(id, 'update', userNotFound);
