import type { Ctx, Role } from '../../context.ts';
import { commit, type Guard } from '../../db/commit.ts';
import { cutPage, defaultLimit, openCursor, type Page } from '../../db/cursor.ts';
import { atVersion, type Expected } from '../../db/version.ts';
import { auditEntry } from '../audit/audit.service.ts';
import { digestsWithdrawn } from '../mail/mail.service.ts';
import { adminNow, sessionsEndedByAdmin } from '../sessions/my-sessions.service.ts';
import { lastAdmin, userNotFound } from './user.errors.ts';
import { users } from './user.table.ts';
import {
  type AccountRow,
  accountExists,
  adminsLocked,
  anotherAdminStays,
  selectAccount,
  selectAccounts,
  type UserFilter,
  updateAccount,
} from './user-admin.repository.ts';

/** There is such a rider; locked until the commit ends. */
export const accountThere = (id: string): Guard => ({ condition: accountExists(id), error: userNotFound });

/** Hold where, without this rider, there is still an admin. */
export const adminStays = (id: string): Guard[] => [
  { condition: adminsLocked(id), error: lastAdmin },
  { condition: anotherAdminStays(id), error: lastAdmin },
];

/** What disabling an account takes: it is there, and without it there is still an admin. */
export const mayBeDisabled = (id: string): Guard[] => [...adminStays(id), accountThere(id)];

/** Unsent: disables an account and signs its rider out everywhere. */
export const accountDisabled = (ctx: Ctx, id: string) =>
  [
    updateAccount(ctx.db, id, { isDisabled: true }, ctx.now()),
    auditEntry(ctx, 'users.disable', { subjectId: id }),
    sessionsEndedByAdmin(ctx, id),
  ] as const;

type Search = UserFilter & { limit?: number | undefined; cursor?: string | undefined };

export async function listAccounts(
  ctx: Ctx,
  { limit = defaultLimit, cursor, ...filter }: Search,
): Promise<Page<AccountRow>> {
  const guard = adminNow(ctx);
  const [afterId] = openCursor(ctx, 'accounts', cursor) ?? [];
  const position = { afterId, limit: limit + 1, now: ctx.now() };
  const [rows] = await commit(ctx, { guards: [guard], statements: [selectAccounts(ctx.db, filter, position)] });
  return cutPage(ctx, 'accounts', rows, limit, ({ id }) => [id]);
}

type Changes = { role?: Role | undefined; isDisabled?: boolean | undefined };

/** Takes effect with the rider's next request. Who is disabled is signed out everywhere. */
export async function changeAccount(
  ctx: Ctx,
  id: string,
  { role, isDisabled }: Changes,
  expected?: Expected,
): Promise<AccountRow> {
  const isLess = (role !== undefined && role !== 'admin') || isDisabled === true;
  const subject = { subjectId: id };
  const [, account] = await commit(ctx, {
    guards: [adminNow(ctx), ...(isLess ? adminStays(id) : []), accountThere(id), ...atVersion(users, id, expected)],
    statements: [
      updateAccount(ctx.db, id, { role, isDisabled }, ctx.now()),
      selectAccount(ctx.db, id, ctx.now()),
      ...(role ? [auditEntry(ctx, `users.made_${role}`, subject)] : []),
      ...(isDisabled === undefined ? [] : [auditEntry(ctx, isDisabled ? 'users.disable' : 'users.enable', subject)]),
      ...(isDisabled ? [sessionsEndedByAdmin(ctx, id)] : []),
      // A guest gets none: they could not turn it off.
      ...(isDisabled || role === 'guest' ? [digestsWithdrawn(ctx, id)] : []),
    ],
  });
  const [row] = account;
  if (!row) throw userNotFound();
  return row;
}
