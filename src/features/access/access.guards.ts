import { type Ctx, invalidToken, requireSession, roleHasAll, roles, type Scope, scopeMissing } from '../../context.ts';
import type { Guard } from '../../db/commit.ts';
import type { AppError } from '../../errors.ts';
import { reauthenticationRequired, userNotFound } from './access.errors.ts';
import { lockRiderRow, type RiderLock } from './access.predicates.ts';
import { hasRole, isAuthenticatedSince, isLive, type SessionKey } from './access.repository.ts';
import { recentLoginMinutes } from './access.rules.ts';

/** The session is in force and its rider is not disabled. */
export const requireLiveSession = ({ userId, sessionId }: SessionKey, now: Date): Guard => ({
  stage: 'caller',
  condition: isLive({ userId, sessionId, at: now.toISOString() }),
  error: invalidToken,
});

/** The rider's current role allows all the scopes. The role in the token does not count. */
export const requireRole = (userId: string, needed: readonly Scope[]): Guard => ({
  stage: 'caller',
  condition: hasRole({ userId, roles: roles.filter((role) => roleHasAll(role, needed)) }),
  error: scopeMissing,
});

/** The rider has logged in, or confirmed the password, in this session within the last ten minutes. For sensitive calls. */
export const requireRecentLogin = (ctx: Ctx, scope?: Parameters<typeof requireSession>[1]): Guard => ({
  stage: 'caller',
  condition: isAuthenticatedSince(
    requireSession(ctx, scope).sessionId,
    new Date(ctx.now().getTime() - recentLoginMinutes * 60_000),
  ),
  error: reauthenticationRequired,
});

/** The guard of every admin call: the scope `admin:manage` and a recent login. */
export const requireAdmin = (ctx: Ctx): Guard => requireRecentLogin(ctx, 'admin:manage');

/**
 * The only way to lock a rider so that two commits run one after the other. The default error is for
 * a lock on the caller: if the account no longer exists, the credential is not valid.
 */
export const lockRider = (id: string, lock: RiderLock, error: () => AppError = invalidToken): Guard => ({
  stage: 'riders',
  condition: lockRiderRow(id, lock),
  error,
});

/** The account exists. The guard also locks it. */
export const requireAccount = (id: string): Guard => lockRider(id, 'update', userNotFound);
