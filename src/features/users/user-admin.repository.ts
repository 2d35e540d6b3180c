import { and, desc, eq, isNotNull, isNull, like, lt, or, type SQL, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { lockRiderRows } from '../access/access.predicates.ts';
import { attempts } from '../auth/attempt.table.ts';
import { type UserRow, users } from './user.table.ts';

export type UserFilter = {
  /** An id, or the beginning of an address, a username or a name. */
  search?: string | undefined;
  role?: UserRow['role'] | undefined;
  isDisabled?: boolean | undefined;
};

const startsWith = (text: string): string => `${text.toLowerCase().replaceAll(/[\\%_]/g, '\\$&')}%`;

/** Each of the three columns has an index for prefixes. A text in the middle of a name is not found. */
const matches = (search: string): SQL | undefined =>
  /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(search)
    ? eq(users.id, search)
    : or(
        like(users.email, startsWith(search)),
        like(sql`lower(${users.username})`, startsWith(search)),
        like(sql`lower(${users.name})`, startsWith(search)),
      );

const columns = (now: Date) => ({
  id: users.id,
  email: users.email,
  username: users.username,
  name: users.name,
  role: users.role,
  disabledAt: users.disabledAt,
  hasPassword: sql<boolean>`${users.passwordHash} is not null`,
  isLocked: sql<boolean>`coalesce((
    select ${attempts.lockedUntil} > ${now.toISOString()} from ${attempts}
    where ${attempts.key} = 'account:' || ${users.id}), false)`,
  version: users.version,
  createdAt: users.createdAt,
  updatedAt: users.updatedAt,
});

export type AccountRow = Pick<
  UserRow,
  'id' | 'email' | 'username' | 'name' | 'role' | 'disabledAt' | 'version' | 'createdAt' | 'updatedAt'
> & { hasPassword: boolean; isLocked: boolean };

/** Newest first, because ids are ordered by time. */
export const selectAccounts = (
  db: Db,
  { search, role, isDisabled }: UserFilter,
  { afterId, limit, now }: { afterId: string | undefined; limit: number; now: Date },
) =>
  db
    .select(columns(now))
    .from(users)
    .where(
      and(
        search ? matches(search) : undefined,
        role && eq(users.role, role),
        isDisabled === undefined ? undefined : isDisabled ? isNotNull(users.disabledAt) : isNull(users.disabledAt),
        afterId ? lt(users.id, afterId) : undefined,
      ),
    )
    .orderBy(desc(users.id))
    .limit(limit);

export const selectAccount = (db: Db, id: string, now: Date) =>
  db.select(columns(now)).from(users).where(eq(users.id, id));

export const updateAccount = (
  db: Db,
  id: string,
  { role, isDisabled }: { role?: UserRow['role'] | undefined; isDisabled?: boolean | undefined },
  now: Date,
) =>
  db
    .update(users)
    .set({
      role,
      disabledAt:
        isDisabled === undefined
          ? undefined
          : isDisabled
            ? sql`coalesce(${users.disabledAt}, ${now.toISOString()})`
            : null,
      version: sql`${users.version} + 1`,
      updatedAt: now,
    })
    .where(eq(users.id, id));

/** Locks all admins where the rider is one, so that commits that change admins run one after the other. Always true. */
export const lockAdminRows = (id: string): SQL => sql`
  select count(*) >= 0 from ${lockRiderRows(
    sql`${users.role} = 'admin' and exists (select from ${users} u where u.id = ${id} and u.role = 'admin')`,
    'update',
  )}`;

/** The rider is not an enabled admin, or another rider is one. */
export const hasOtherAdmin = (id: string): SQL => sql`
  select not exists (select from ${users} u where u.id = ${id} and u.role = 'admin' and u.disabled_at is null)
    or exists (select from ${users} u where u.id <> ${id} and u.role = 'admin' and u.disabled_at is null)`;
