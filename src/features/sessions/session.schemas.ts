import { z } from '@hono/zod-openapi';
import { onePageOf } from '../../http/pagination.ts';
import { Id, UtcTime } from '../../http/values.ts';
import { deviceName } from './device.rules.ts';
import type { MySession } from './my-sessions.service.ts';

export const sessionParams = z.object({ id: Id.openapi({ description: 'The id of the session.' }) });

export const Session = z
  .object({
    id: Id,
    device: z
      .string()
      .openapi({ example: 'Firefox on Android', description: 'The browser and the system, or the name of the app.' }),
    place: z
      .string()
      .nullable()
      .openapi({ example: 'Vienna, AT', description: 'The approximate place of the login. Null if it is unknown.' }),
    created_at: UtcTime.openapi({ description: 'The time of the login.' }),
    last_used_at: UtcTime.openapi({ description: 'When the tokens were last renewed.' }),
    is_current: z.boolean().openapi({ example: true, description: 'Whether this request uses the session.' }),
  })
  .openapi('LoginSession');

/** One page: a rider has at most 50 sessions. */
export const SessionPage = onePageOf('LoginSessionPage', Session);

export const toSession = (row: MySession): z.infer<typeof Session> => ({
  id: row.id,
  device: deviceName(row.userAgent),
  place: row.place,
  created_at: row.createdAt.toISOString(),
  last_used_at: row.lastUsedAt.toISOString(),
  is_current: row.isCurrent,
});
