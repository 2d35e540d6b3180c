import { z } from '@hono/zod-openapi';
import { pageOf, pageQuery } from '../../http/pagination.ts';
import { Id, UtcTime, Version } from '../../http/values.ts';
import type { Report } from './report.repository.ts';
import { Reason, ReferenceKind, ReportMessage } from './report.schemas.ts';
import { outcomes, reportStates } from './report.table.ts';

export const reportParams = z.object({ id: Id.openapi({ description: 'The id of the report.' }) });

const State = z
  .enum(reportStates)
  .openapi({ description: '`suspended`: the reported account was disabled. `dismissed`: nothing was done.' });
const Name = z.string().openapi({ example: 'Bogdan Ionescu' });
const Note = z.string().max(2_000).openapi({ example: 'Third time this month.', description: 'Only admins see it.' });

export const reportListQuery = z.strictObject({
  ...pageQuery,
  state: State.optional().openapi({ description: 'Only reports in this state.' }),
});

export const Settlement = z
  .strictObject({
    outcome: z.enum(outcomes).openapi({ description: '`suspended` disables the reported account.' }),
    note: Note.default(''),
  })
  .openapi('Settlement');

const ReportingRider = z.object({ id: Id, name: Name }).openapi('ReportingRider');
const ReportedRider = z.object({ id: Id, name: Name, disabled: z.boolean() }).openapi('ReportedRider');

export const ReceivedReport = z
  .object({
    id: Id,
    state: State,
    reason: Reason,
    message: ReportMessage,
    named_by: ReferenceKind,
    reporter: ReportingRider.openapi({ description: 'The rider who reported.' }),
    reported: ReportedRider.openapi({
      description: 'The rider who was reported, and whether the account is disabled now.',
    }),
    note: Note,
    settled_by: Id.nullable().openapi({
      description: 'The admin who settled the report. Also null if that account is deleted.',
    }),
    settled_at: UtcTime.nullable().openapi({ description: 'Null while the report is open.' }),
    version: Version,
    created_at: UtcTime,
  })
  .openapi('ReceivedReport');

export const ReceivedReportPage = pageOf('ReceivedReportPage', ReceivedReport);

export const toReceivedReport = (row: Report): z.infer<typeof ReceivedReport> => ({
  id: row.id,
  state: row.state,
  reason: row.reason,
  message: row.message,
  named_by: row.namedBy,
  reporter: { id: row.reporter.id, name: row.reporter.name },
  reported: { id: row.reported.id, name: row.reported.name, disabled: row.reported.disabledAt !== null },
  note: row.note,
  settled_by: row.settledBy,
  settled_at: row.settledAt?.toISOString() ?? null,
  version: row.version,
  created_at: row.createdAt.toISOString(),
});
