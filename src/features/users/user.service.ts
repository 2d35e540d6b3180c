import { type Ctx, requireScope } from '../../context.ts';
import { commit } from '../../db/commit.ts';
import { atVersion, type Expected } from '../../db/version.ts';
import { auditEntry } from '../audit/audit.service.ts';
import { digestsWithdrawn } from '../mail/mail.service.ts';
import { noZonesThere } from '../privacy/privacy-zone.service.ts';
import { userNotFound, usernameTaken } from './user.errors.ts';
import { findPublicProfile, findUser, type UserChanges, updateHidden, updateUser } from './user.repository.ts';
import { type UserRow, users } from './user.table.ts';

export async function getMe(ctx: Ctx): Promise<UserRow> {
  const { userId } = requireScope(ctx, 'profile:read');
  const user = await findUser(ctx.db, userId);
  if (!user) throw userNotFound();
  return user;
}

export async function changeMe(ctx: Ctx, changes: UserChanges, expected?: Expected): Promise<UserRow> {
  const { userId } = requireScope(ctx, 'profile:write');
  const [[user]] = await commit(ctx, {
    guards: [...(changes.privacyZones ? [noZonesThere(userId)] : []), ...atVersion(users, userId, expected)],
    statements: [
      updateUser(ctx.db, userId, changes, ctx.now()),
      ...(changes.ridersNear === 'never' || changes.isAdult === false ? [digestsWithdrawn(ctx, userId)] : []),
    ],
    conflicts: { users_username_key: usernameTaken },
  });
  if (!user) throw userNotFound();
  return user;
}

/** Out of sight of everybody, or back again: all that others see asks for it, so that it holds at once. */
export async function setHidden(ctx: Ctx, isHidden: boolean, expected?: Expected): Promise<UserRow> {
  const { userId } = requireScope(ctx, 'profile:write');
  const [[user]] = await commit(ctx, {
    guards: atVersion(users, userId, expected),
    statements: [
      updateHidden(ctx.db, userId, isHidden, ctx.now()),
      ...(isHidden ? [digestsWithdrawn(ctx, userId)] : []),
      auditEntry(ctx, isHidden ? 'users.hide' : 'users.unhide', { subjectId: userId }),
    ],
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

/** Where mails to a rider go. */
export async function addressOf(ctx: Ctx, userId: string): Promise<string> {
  const user = await findUser(ctx.db, userId);
  if (!user) throw userNotFound();
  return user.email;
}
