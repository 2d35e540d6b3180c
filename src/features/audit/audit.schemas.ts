import { z } from '@hono/zod-openapi';
import { pageOf, pageQuery } from '../../http/pagination.ts';
import { Id, UtcTime } from '../../http/values.ts';
import type { AuditRow } from './audit.table.ts';

export const AuditEntry = z
  .object({
    id: Id,
    at: UtcTime,
    action: z.string().openapi({ example: 'auth.login' }),
    subject_id: Id.nullable().openapi({ description: 'What it was done to: a session, or the account.' }),
    user_agent: z.string().openapi({ example: 'Kairos for Android 3.1' }),
    request_id: Id,
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
