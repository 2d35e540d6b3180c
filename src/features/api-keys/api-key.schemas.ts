import { z } from '@hono/zod-openapi';
import { onePageOf } from '../../http/pagination.ts';
import { Id, Instant, UtcTime, Version } from '../../http/values.ts';
import type { CreatedKey } from './api-key.service.ts';
import type { ApiKeyRow } from './api-key.table.ts';

export const keyParams = z.object({ id: Id.openapi({ description: 'The id of the API key.' }) });

const Name = z.string().trim().min(1).max(100).openapi({ example: 'Backup script' });

/** All scopes except those for the account itself, which no key may change. */
const KeyScope = z.enum(['profile:read', 'profile:write', 'journeys:read', 'journeys:write', 'discovery:read']);
const Scopes = z
  .array(KeyScope)
  .min(1)
  .max(5)
  .openapi({ description: 'What the key may do, as far as your role allows it.', example: ['journeys:read'] });
const ExpiresAt = Instant.nullable()
  .optional()
  .openapi({ description: 'From this time on the key is refused. Null for a key that does not expire.' });
const IsActive = z
  .boolean()
  .openapi({ description: 'Whether the key is switched on. A key that is switched off is refused.' });

export const NewApiKey = z.strictObject({ name: Name, scopes: Scopes, expires_at: ExpiresAt }).openapi('NewApiKey');

export const ApiKeyChanges = z
  .strictObject({
    name: Name.optional(),
    scopes: Scopes.optional(),
    is_active: IsActive.optional().openapi({ example: false }),
    expires_at: ExpiresAt,
  })
  .openapi('ApiKeyChanges');

export const ApiKey = z
  .object({
    id: Id,
    name: Name,
    prefix: z.string().openapi({
      description: 'The beginning of the token, by which you recognise the key.',
      example: 'kai_1f0c9a7be24d',
    }),
    scopes: z
      .array(z.string())
      .openapi({ description: 'What the key may do, as far as your role allows it.', example: ['journeys:read'] }),
    is_active: IsActive.openapi({ example: true }),
    expires_at: UtcTime.nullable().openapi({ description: 'Null if the key does not expire.' }),
    last_used_at: UtcTime.nullable().openapi({ description: 'Rounded to the minute. Null if the key was never used.' }),
    version: Version,
    created_at: UtcTime,
  })
  .openapi('ApiKey');

export const CreatedApiKey = ApiKey.extend({
  token: z.string().optional().openapi({
    description: 'Shown once. Absent from a replay: then delete the key and create another one.',
    example: 'kai_1f0c9a7be24d_9b1d…',
  }),
}).openapi('CreatedApiKey');

/** One page: a rider has at most 20 keys. */
export const ApiKeyPage = onePageOf('ApiKeyPage', ApiKey);

export const toApiKey = (row: ApiKeyRow): z.infer<typeof ApiKey> => ({
  id: row.id,
  name: row.name,
  prefix: `kai_${row.prefix}`,
  scopes: row.scopes,
  is_active: row.isActive,
  expires_at: row.expiresAt?.toISOString() ?? null,
  last_used_at: row.lastUsedAt?.toISOString() ?? null,
  version: row.version,
  created_at: row.createdAt.toISOString(),
});

type Changes = z.infer<typeof ApiKeyChanges>;

export const fromKeyChanges = ({ is_active, expires_at, ...rest }: Changes) => ({
  ...rest,
  isActive: is_active,
  expiresAt: typeof expires_at === 'string' ? new Date(expires_at) : expires_at,
});

export const toCreatedApiKey = ({ key, token }: CreatedKey): z.infer<typeof CreatedApiKey> => ({
  ...toApiKey(key),
  ...(token && { token }),
});
