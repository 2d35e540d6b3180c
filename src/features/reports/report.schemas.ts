import { z } from '@hono/zod-openapi';
import { Id } from '../../http/values.ts';
import type { NewReport as Input, MadeReport } from './report.service.ts';
import { referenceKinds, reportReasons } from './report.table.ts';

export const Reason = z.enum(reportReasons).openapi({ description: 'What the report is about.' });
export const ReferenceKind = z
  .enum(referenceKinds)
  .openapi({ description: 'Which kind of id the reporter gave for the rider.' });
export const ReportMessage = z.string().max(2_000).openapi({
  example: 'Asks me every evening where I camp.',
  description: 'Only admins see it.',
});

const details = { reason: Reason, message: ReportMessage.default('') };
const RiderToReport = z
  .strictObject({
    named_by: z.literal('user_id'),
    user_id: Id.openapi({ description: 'The id of the rider.' }),
    ...details,
  })
  .openapi('RiderToReport');
const EncounterToReport = z
  .strictObject({
    named_by: z.literal('encounter_id'),
    encounter_id: Id.openapi({ description: 'The id of an encounter with the rider.' }),
    ...details,
  })
  .openapi('EncounterToReport');
const ConnectionToReport = z
  .strictObject({
    named_by: z.literal('connection_id'),
    connection_id: Id.openapi({ description: 'The id of a connection with the rider, or of a request.' }),
    ...details,
  })
  .openapi('ConnectionToReport');

export const NewReport = z
  .discriminatedUnion('named_by', [RiderToReport, EncounterToReport, ConnectionToReport])
  .openapi('NewReport');

export function fromNewReport({ reason, message, ...body }: z.infer<typeof NewReport>): Input {
  switch (body.named_by) {
    case 'user_id':
      return { reference: { by: 'user_id', value: body.user_id }, reason, message };
    case 'encounter_id':
      return { reference: { by: 'encounter_id', value: body.encounter_id }, reason, message };
    case 'connection_id':
      return { reference: { by: 'connection_id', value: body.connection_id }, reason, message };
  }
}

export const Report = z
  .object({ id: Id, named_by: ReferenceKind, reason: Reason, message: ReportMessage })
  .openapi('RiderReport');

export const toReport = ({ id, reference, reason, message }: MadeReport): z.infer<typeof Report> => ({
  id,
  named_by: reference.by,
  reason,
  message,
});
