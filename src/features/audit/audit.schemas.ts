import { z } from '@hono/zod-openapi';
import { pageOf, pageQuery } from '../../http/pagination.ts';
import { Id, Instant, UtcTime } from '../../http/values.ts';
import { encodeBase64url } from '../../lib/base64url.ts';
import type { AuditRow } from './audit.table.ts';

export const AuditEntry = z
  .object({
    id: Id,
    at: UtcTime,
    action: z.string().openapi({ description: 'What happened. More actions may follow.', example: 'auth.login' }),
    subject_id: Id.nullable().openapi({
      description: 'The account, session or other resource that the entry is about. Null if it is about none.',
    }),
    user_agent: z
      .string()
      .openapi({ description: 'The `User-Agent` of the request.', example: 'Kairos for Android 3.1' }),
    request_id: Id.openapi({ description: 'The `X-Request-Id` of the response.' }),
  })
  .openapi('AuditEntry');

export const AuditPage = pageOf('AuditPage', AuditEntry);
export const auditQuery = z.strictObject(pageQuery);

export const toAuditEntry = (row: AuditRow): z.infer<typeof AuditEntry> => ({
  id: row.id,
  at: row.at.toISOString(),
  action: row.action,
  subject_id: row.subjectId,
  user_agent: row.userAgent,
  request_id: row.requestId,
});

/** What an admin sees of an entry: also who acted, and a hash of the network. */
export const AuditRecord = AuditEntry.extend({
  actor_id: Id.nullable().openapi({ description: 'The account that acted. Null if nobody was signed in.' }),
  network: z.string().openapi({
    example: 'kq1v7s3X0mJ7eQy9bKc2Tz5uWg8hLrAoPdIfVxBnMqQ',
    description: 'A keyed hash of the network. It only shows whether two records come from the same network.',
  }),
}).openapi('AuditRecord');

export const AuditRecordPage = pageOf('AuditRecordPage', AuditRecord);

export const auditRecordQuery = z.strictObject({
  ...pageQuery,
  actor_id: Id.optional().openapi({ description: 'Only records of what this account did.' }),
  subject_id: Id.optional().openapi({
    description: 'Only records about this account, session, key or other resource.',
  }),
  action: z
    .string()
    .min(1)
    .max(100)
    .optional()
    .openapi({ description: 'Only records of this action.', example: 'auth.login_failed' }),
  from: Instant.optional().openapi({ description: 'Only records at or after this time.' }),
  to: Instant.optional().openapi({ description: 'Only records before this time.' }),
});

export const toAuditRecord = (row: AuditRow): z.infer<typeof AuditRecord> => ({
  ...toAuditEntry(row),
  actor_id: row.actorId,
  network: encodeBase64url(row.networkHash),
});
