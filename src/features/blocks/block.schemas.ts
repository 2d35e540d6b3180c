import { z } from '@hono/zod-openapi';
import { pageOf, pageQuery } from '../../http/pagination.ts';
import { Id, UtcTime } from '../../http/values.ts';
import { Email } from '../users/user.schemas.ts';
import type { NewBlock as Input } from './block.service.ts';
import { type BlockRow, waysToName } from './block.table.ts';

export const blockParams = z.object({ id: Id });
export const blockListQuery = z.strictObject(pageQuery);

const Label = z.string().trim().min(1).max(100).openapi({
  example: 'Rode behind me for days',
  description: 'What I call them in my own list.',
});

const RiderToBlock = z.strictObject({ user_id: Id, label: Label.optional() }).openapi('RiderToBlock');
const EncounterToBlock = z.strictObject({ encounter_id: Id, label: Label.optional() }).openapi('EncounterToBlock');
const AddressToBlock = z
  .strictObject({
    email: Email.openapi({ description: 'Also one that nobody has signed up with yet.' }),
    label: Label.optional(),
  })
  .openapi('AddressToBlock');

function formOf(body: unknown) {
  if (typeof body !== 'object' || body === null) return RiderToBlock;
  if ('encounter_id' in body) return EncounterToBlock;
  return 'email' in body ? AddressToBlock : RiderToBlock;
}

/** A union would only say that no form fits; what is wrong is said of the form that was meant. */
export const NewBlock = z.preprocess(
  (body, { issues }) => {
    for (const issue of formOf(body).safeParse(body).error?.issues ?? []) issues.push({ ...issue, input: undefined });
    return body;
  },
  z.union([RiderToBlock, EncounterToBlock, AddressToBlock]),
);

export function fromNewBlock({ label, ...body }: z.infer<typeof NewBlock>): Input {
  if ('email' in body) return { named: { by: 'email', value: body.email }, label };
  if ('encounter_id' in body) return { named: { by: 'encounter_id', value: body.encounter_id }, label };
  return { named: { by: 'user_id', value: body.user_id }, label };
}

export const Block = z
  .object({
    id: Id,
    named_by: z.enum(waysToName).openapi({ description: 'What I named them by.' }),
    label: Label.nullable(),
    name: z.string().nullable().openapi({ example: 'Anna Berger', description: 'Where I could see it.' }),
    created_at: UtcTime,
  })
  .openapi('Block');

export const BlockPage = pageOf('BlockPage', Block);

export const toBlock = (row: BlockRow): z.infer<typeof Block> => ({
  id: row.id,
  named_by: row.namedBy,
  label: row.label,
  name: row.name,
  created_at: row.createdAt.toISOString(),
});
