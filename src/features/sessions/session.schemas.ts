import { z } from '@hono/zod-openapi';
import { Id, UtcTime } from '../../http/values.ts';
import { deviceName } from './device.rules.ts';
import type { MySession } from './my-sessions.service.ts';

export const sessionParams = z.object({ id: Id.openapi({ description: 'The id of the session.' }) });

export const Session = z
  .object({
    id: Id,
    device: z.string().openapi({ example: 'Firefox on Android' }),
    place: z.string().nullable().openapi({ example: 'Vienna, AT', description: 'The approximate place of the login.' }),
    created_at: UtcTime,
    last_used_at: UtcTime,
    is_current: z.boolean().openapi({ example: true, description: 'Whether this request uses the session.' }),
  })
  .openapi('Session');

/** One page: a rider has at most 50 sessions. */
export const SessionPage = z
  .object({ items: z.array(Session), next_cursor: z.string().nullable().openapi({ example: null }) })
  .openapi('SessionPage');

export const toSession = (row: MySession): z.infer<typeof Session> => ({
  id: row.id,
  device: deviceName(row.userAgent),
  place: row.place,
  created_at: row.createdAt.toISOString(),
  last_used_at: row.lastUsedAt.toISOString(),
  is_current: row.isCurrent,
});
