import { z } from '@hono/zod-openapi';
import { pageOf, pageQuery } from '../../http/pagination.ts';
import { Id, UtcTime, Version } from '../../http/values.ts';
import type { AccountRow } from './user-admin.repository.ts';

const Role = z.enum(['admin', 'user', 'guest']).openapi({
  description: '`guest` may only read, and manage the own account. `admin` may also manage the accounts of others.',
  example: 'user',
});

export const accountParams = z.object({ id: Id.openapi({ description: 'The id of the account.' }) });

export const accountQuery = z.strictObject({
  ...pageQuery,
  search: z
    .string()
    .min(1)
    .max(254)
    .optional()
    .openapi({ description: 'An id, or the first characters of an address, a username or a name.', example: 'anna' }),
  role: Role.optional().openapi({ description: 'Only accounts with this role.' }),
  disabled: z
    .enum(['true', 'false'])
    .optional()
    .openapi({ description: '`true`: only disabled accounts. `false`: only enabled ones.', example: 'false' }),
});

/** An account as an admin sees it, without any credential. */
export const Account = z
  .object({
    id: Id,
    email: z.string().openapi({ example: 'anna@example.com' }),
    username: z.string().nullable().openapi({ example: 'anna' }),
    name: z.string().openapi({ example: 'Anna Weber' }),
    role: Role,
    disabled: z.boolean().openapi({
      example: false,
      description: 'Whether the account is disabled: it cannot be used, and other riders do not see it.',
    }),
    locked: z
      .boolean()
      .openapi({ example: false, description: 'Whether the account is locked after too many wrong passwords.' }),
    has_password: z
      .boolean()
      .openapi({ example: true, description: 'False if the rider signs in only through a provider.' }),
    version: Version,
    created_at: UtcTime,
    updated_at: UtcTime,
  })
  .openapi('Account');

export const AccountPage = pageOf('AccountPage', Account);

export const AccountChanges = z
  .strictObject({
    role: Role.optional(),
    disabled: z
      .boolean()
      .optional()
      .openapi({ example: true, description: '`true` disables the account, `false` enables it.' }),
  })
  .openapi('AccountChanges');

export const toAccount = (row: AccountRow): z.infer<typeof Account> => ({
  id: row.id,
  email: row.email,
  username: row.username,
  name: row.name,
  role: row.role,
  disabled: row.disabledAt !== null,
  locked: row.isLocked,
  has_password: row.hasPassword,
  version: row.version,
  created_at: row.createdAt.toISOString(),
  updated_at: row.updatedAt.toISOString(),
});
