import { type Ctx, requireScope } from '../../context.ts';
import { commit } from '../../db/commit.ts';
import type { ExpectedVersions } from '../../db/version.ts';
import { userNotFound } from '../access/access.errors.ts';
import { lockRider } from '../access/access.guards.ts';
import { recordAudit } from '../audit/audit.writes.ts';
import { withdrawDigests } from '../mail/mail.writes.ts';
import { requireNoZones } from '../privacy/privacy-zone.guards.ts';
import { usernameTaken } from './user.errors.ts';
import { requireRiderVersion } from './user.guards.ts';
import {
  findPublicProfile,
  findUser,
  type UserChanges,
  updateHidden,
  updateUser,
  wouldChangeHidden,
} from './user.repository.ts';
import type { UserRow } from './user.table.ts';

export async function getMe(ctx: Ctx): Promise<UserRow> {
  const { userId } = requireScope(ctx, 'profile:read');
  const user = await findUser(ctx.db, userId);
  if (!user) throw userNotFound();
  return user;
}

export async function changeMe(ctx: Ctx, changes: UserChanges, expected?: ExpectedVersions): Promise<UserRow> {
  const { userId } = requireScope(ctx, 'profile:write');
  const {
    user: [user],
  } = await commit(ctx, {
    guards: [
      ...(changes.privacyZones ? [lockRider(userId, 'update'), requireNoZones(userId)] : []),
      ...requireRiderVersion(userId, expected),
    ],
    writes: {
      user: updateUser(ctx.db, userId, changes, ctx.now()),
      digests: changes.ridersNear === 'never' || changes.isAdult === false ? withdrawDigests(ctx, userId) : undefined,
    },
    conflicts: { users_username_key: usernameTaken },
  });
  if (!user) throw userNotFound();
  return user;
}

/** Hides the rider from all others, or ends that. Every query for others checks it, so the change applies at once. */
export async function setHidden(ctx: Ctx, isHidden: boolean, expected?: ExpectedVersions): Promise<UserRow> {
  const { userId } = requireScope(ctx, 'profile:write');
  const {
    user: [user],
  } = await commit(ctx, {
    guards: requireRiderVersion(userId, expected),
    writes: {
      audit: recordAudit(
        ctx,
        isHidden ? 'users.hide' : 'users.unhide',
        { subjectId: userId },
        wouldChangeHidden(userId, isHidden),
      ),
      user: updateHidden(ctx.db, userId, isHidden, ctx.now()),
      digests: isHidden ? withdrawDigests(ctx, userId) : undefined,
    },
  });
  if (!user) throw userNotFound();
  return user;
}

export async function getPublicProfile(ctx: Ctx, id: string) {
  const { userId } = requireScope(ctx, 'profile:read');
  const profile = await findPublicProfile(ctx.db, id, userId);
  if (!profile) throw userNotFound();
  return profile;
}

/** The address for mails to a rider. */
export async function addressOf(ctx: Ctx, userId: string): Promise<string> {
  const user = await findUser(ctx.db, userId);
  if (!user) throw userNotFound();
  return user.email;
}
