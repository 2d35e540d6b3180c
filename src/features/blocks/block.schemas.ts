import { z } from '@hono/zod-openapi';
import { pageOf, pageQuery } from '../../http/pagination.ts';
import { Id, UtcTime } from '../../http/values.ts';
import { Email } from '../users/user.schemas.ts';
import type { NewBlock as Input } from './block.service.ts';
import { type BlockRow, referenceKinds } from './block.table.ts';

export const blockParams = z.object({ id: Id.openapi({ description: 'The id of the block.' }) });
export const blockListQuery = z.strictObject(pageQuery);

const Label = z.string().trim().min(1).max(100).openapi({
  example: 'Rode behind me for days',
  description: 'Your own name for the rider in your list.',
});

const RiderToBlock = z
  .strictObject({
    named_by: z.literal('user_id'),
    user_id: Id.openapi({ description: 'The id of the rider.' }),
    label: Label.optional(),
  })
  .openapi('RiderToBlock');
const EncounterToBlock = z
  .strictObject({
    named_by: z.literal('encounter_id'),
    encounter_id: Id.openapi({ description: 'The id of an encounter that you were shown. It stays in your searches.' }),
    label: Label.optional(),
  })
  .openapi('EncounterToBlock');
const ConnectionToBlock = z
  .strictObject({
    named_by: z.literal('connection_id'),
    connection_id: Id.openapi({ description: 'The id of a connection with the rider, or of a request.' }),
    label: Label.optional(),
  })
  .openapi('ConnectionToBlock');
const AddressToBlock = z
  .strictObject({
    named_by: z.literal('email'),
    email: Email.openapi({ description: 'May be an address without an account.' }),
    label: Label.optional(),
  })
  .openapi('AddressToBlock');

export const NewBlock = z
  .discriminatedUnion('named_by', [RiderToBlock, EncounterToBlock, ConnectionToBlock, AddressToBlock])
  .openapi('NewBlock');

export function fromNewBlock({ label, ...body }: z.infer<typeof NewBlock>): Input {
  switch (body.named_by) {
    case 'user_id':
      return { reference: { by: 'user_id', value: body.user_id }, label };
    case 'encounter_id':
      return { reference: { by: 'encounter_id', value: body.encounter_id }, label };
    case 'connection_id':
      return { reference: { by: 'connection_id', value: body.connection_id }, label };
    case 'email':
      return { reference: { by: 'email', value: body.email }, label };
  }
}

export const Block = z
  .object({
    id: Id,
    named_by: z.enum(referenceKinds).openapi({ description: 'Which kind of id you gave for the rider, or `email`.' }),
    label: Label.nullable(),
    created_at: UtcTime,
  })
  .openapi('RiderBlock');

export const BlockPage = pageOf('RiderBlockPage', Block);

export const toBlock = (row: BlockRow): z.infer<typeof Block> => ({
  id: row.id,
  named_by: row.namedBy,
  label: row.label,
  created_at: row.createdAt.toISOString(),
});
