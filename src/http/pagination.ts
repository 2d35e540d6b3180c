import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { defaultLimit } from '../db/cursor.ts';
import type { HttpEnv } from './env.ts';
import { integerText } from './values.ts';

export const pageQuery = {
  limit: integerText({ min: 1, max: 100 }).optional().openapi({
    type: 'integer',
    minimum: 1,
    maximum: 100,
    default: defaultLimit,
    description: 'The maximum number of items on the page.',
  }),
  cursor: z
    .string()
    .max(500)
    .optional()
    .openapi({ description: 'The `next_cursor` of the previous page. Leave it out for the first page.' }),
};

const NextCursor = z.string().nullable().openapi({
  description: 'Send it as `cursor` to get the next page. Null on the last page.',
  example: '3q2-7wEjRWeJq83vASNFZ1siMjAyNi0wNi0xMlQwODozMCJd',
});

/** One page of a list. `next_cursor` is null on the last page. */
export const pageOf = <T extends z.ZodType, More extends z.ZodRawShape = Record<never, never>>(
  name: string,
  item: T,
  more?: More,
) => z.object({ items: z.array(item), next_cursor: NextCursor, ...more }).openapi(name);

export const NoNextCursor = z
  .string()
  .nullable()
  .openapi({ description: 'Always null: the list has one page.', example: null });

/** A list that has one page only. */
export const onePageOf = <T extends z.ZodType>(name: string, item: T) =>
  z.object({ items: z.array(item), next_cursor: NoNextCursor }).openapi(name);

/** RFC 8288. */
export function linkNext(c: Context<HttpEnv>, nextCursor: string | null): void {
  if (!nextCursor) return;
  const url = new URL(c.req.url);
  url.searchParams.set('cursor', nextCursor);
  c.header('Link', `<${c.var.ctx.config.apiUrl}${url.pathname}${url.search}>; rel="next"`);
}
