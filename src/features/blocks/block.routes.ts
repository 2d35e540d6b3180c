import { jsonBody } from '../../http/body.ts';
import { sessionOrKey } from '../../http/credentials.ts';
import { createOnce } from '../../http/idempotency.ts';
import { linkNext } from '../../http/pagination.ts';
import { created, createRouter, defineRoute, json } from '../../http/router.ts';
import { userNotFound } from '../access/access.errors.ts';
import { blockNotFound, cannotBlockYourself, tooManyBlocks } from './block.errors.ts';
import {
  Block,
  BlockPage,
  blockListQuery,
  fromNewBlock,
  NewBlock,
  blockParams as params,
  toBlock,
} from './block.schemas.ts';
import { createBlock, getMyBlock, listMyBlocks, removeBlock } from './block.service.ts';

const tags = ['Riders'];

const create = defineRoute({
  method: 'post',
  path: '/blocks',
  operationId: 'createBlock',
  summary: 'Block a rider',
  description:
    'The other rider no longer sees you and is not notified, and a connection between you ends, but if you name an encounter, only the connection of that encounter; if you name them by `user_id`, you no longer see their profile and public journeys. What you see without a name stays the same, and the response does not reveal whether the rider or the encounter exists. Blocking the same id or address again returns the existing block.',
  tags,
  credential: sessionOrKey('profile:write'),
  body: [jsonBody(NewBlock)],
  problems: [cannotBlockYourself, tooManyBlocks, userNotFound],
  responses: { 201: created(Block, 'The block.') },
});

const list = defineRoute({
  method: 'get',
  path: '/blocks',
  operationId: 'listBlocks',
  summary: 'List your blocks, newest first',
  description: 'Only you see them.',
  tags,
  credential: sessionOrKey('profile:read'),
  request: { query: blockListQuery },
  responses: { 200: json(BlockPage, 'A page of blocks.') },
});

const remove = defineRoute({
  method: 'delete',
  path: '/blocks/{id}',
  operationId: 'deleteBlock',
  summary: 'Remove a block',
  description: 'The other rider can see you again. A connection that the block ended does not come back.',
  tags,
  credential: sessionOrKey('profile:write'),
  request: { params },
  problems: [blockNotFound],
  responses: { 204: { description: 'The block is removed.' } },
});

export const blockRoutes = createRouter()
  .openapi(create, async (c) =>
    createOnce(c, {
      create: (ctx) => createBlock(ctx, fromNewBlock(c.req.valid('json'))),
      readAgain: (ctx, [id]) => getMyBlock(ctx, id),
      present: (block) => c.json(toBlock(block), 201, { Location: `/v1/blocks/${block.id}` }),
    }),
  )
  .openapi(list, async (c) => {
    const { items, nextCursor } = await listMyBlocks(c.var.ctx, c.req.valid('query'));
    linkNext(c, nextCursor);
    return c.json({ items: items.map(toBlock), next_cursor: nextCursor }, 200);
  })
  .openapi(remove, async (c) => {
    await removeBlock(c.var.ctx, c.req.valid('param').id);
    return c.body(null, 204);
  });
