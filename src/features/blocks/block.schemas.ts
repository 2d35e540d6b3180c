import { z } from '@hono/zod-openapi';
import { pageOf, pageQuery } from '../../http/pagination.ts';
import { Id, UtcTime } from '../../http/values.ts';
import { Email } from '../auth/registration.schemas.ts';
import type { NewBlock as Input } from './block.service.ts';
import { type BlockRow, waysToName } from './block.table.ts';

export const blockParams = z.object({ id: Id });
export const blockListQuery = z.strictObject(pageQuery);

const Label = z.string().trim().min(1).max(100).openapi({
  example: 'Rode behind me for days',
  description: 'What I call them in my own list.',
});

const RiderToBlock = z.strictObject({ user_id: Id, label: Label.optional() }).openapi('RiderToBlock');
const AddressToBlock = z
  .strictObject({
    email: Email.openapi({ description: 'Also one that nobody has signed up with yet.' }),
    label: Label.optional(),
  })
  .openapi('AddressToBlock');

const formOf = (body: unknown) =>
  typeof body === 'object' && body !== null && 'email' in body ? AddressToBlock : RiderToBlock;

/** A union would only say that no form fits; what is wrong is said of the form that was meant. */
export const NewBlock = z.preprocess(
  (body, { issues }) => {
    for (const issue of formOf(body).safeParse(body).error?.issues ?? []) issues.push({ ...issue, input: undefined });
    return body;
  },
  z.union([RiderToBlock, AddressToBlock]),
);

export function fromNewBlock({ label, ...body }: z.infer<typeof NewBlock>): Input {
  const named =
    'email' in body ? { by: 'email' as const, value: body.email } : { by: 'user_id' as const, value: body.user_id };
  return { named, label };
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
