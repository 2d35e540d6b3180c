import type { Ctx, Role } from '../../context.ts';
import { commit, query } from '../../db/commit.ts';
import { cutPage, defaultLimit, openCursor, type Page } from '../../db/cursor.ts';
import type { ExpectedVersions } from '../../db/version.ts';
import { userNotFound } from '../access/access.errors.ts';
import { requireAccount, requireAdmin } from '../access/access.guards.ts';
import { recordAudit } from '../audit/audit.writes.ts';
import { withdrawDigests } from '../mail/mail.writes.ts';
import { endSessionsOf } from '../sessions/session.writes.ts';
import { requireRiderVersion } from './user.guards.ts';
import { requireOtherAdmin } from './user-admin.guards.ts';
import {
  type AccountRow,
  selectAccount,
  selectAccounts,
  type UserFilter,
  updateAccount,
} from './user-admin.repository.ts';

type Search = UserFilter & { limit?: number | undefined; cursor?: string | undefined };

export async function listAccounts(
  ctx: Ctx,
  { limit = defaultLimit, cursor, ...filter }: Search,
): Promise<Page<AccountRow>> {
  const guards = [requireAdmin(ctx)];
  const [afterId] = openCursor(ctx, 'accounts', cursor) ?? [];
  const position = { afterId, limit: limit + 1, now: ctx.now() };
  const { rows } = await query(ctx, { guards, reads: { rows: selectAccounts(ctx.db, filter, position) } });
  return cutPage(ctx, 'accounts', rows, limit, ({ id }) => [id]);
}

type Changes = { role?: Role | undefined; isDisabled?: boolean | undefined };

/** The change applies from the rider's next request on. A disabled rider is signed out everywhere. */
export async function changeAccount(
  ctx: Ctx,
  id: string,
  { role, isDisabled }: Changes,
  expected?: ExpectedVersions,
): Promise<AccountRow> {
  const isLess = (role !== undefined && role !== 'admin') || isDisabled === true;
  const subject = { subjectId: id };
  const {
    account: [account],
  } = await commit(ctx, {
    guards: [
      requireAdmin(ctx),
      ...(isLess ? requireOtherAdmin(id) : []),
      requireAccount(id),
      ...requireRiderVersion(id, expected),
    ],
    writes: {
      update: updateAccount(ctx.db, id, { role, isDisabled }, ctx.now()),
      account: selectAccount(ctx.db, id, ctx.now()),
      role: role && recordAudit(ctx, `users.made_${role}`, subject),
      audit:
        isDisabled === undefined ? undefined : recordAudit(ctx, isDisabled ? 'users.disable' : 'users.enable', subject),
      sessions: isDisabled ? endSessionsOf(ctx, id) : undefined,
      // A guest gets no digests: they could not turn them off.
      digests: isDisabled || role === 'guest' ? withdrawDigests(ctx, id) : undefined,
    },
  });
  if (!account) throw userNotFound();
  return account;
}
