import { sessionOrKey } from '../../http/credentials.ts';
import { linkNext } from '../../http/pagination.ts';
import { createRouter, defineRoute, json } from '../../http/router.ts';
import { journeyNotFound } from '../journeys/journey.errors.ts';
import { journeyParams as params } from '../journeys/journey.schemas.ts';
import { PublicationPage, publicationListQuery, toPublication } from './publication.schemas.ts';
import { listPublications } from './publication.service.ts';

const list = defineRoute({
  method: 'get',
  path: '/journeys/{id}/publications',
  operationId: 'listPublications',
  summary: 'List what was published of your journey, newest first',
  description:
    'Says when others could begin to see what: the visibility of the journey, its published plan and its ridden lines. A change of the plan that others do not see is not in it. It keeps the newest 1,000 publications, also after you delete the journey, until 30 days after the last published day.',
  tags: ['Privacy'],
  credential: sessionOrKey('journeys:read'),
  request: { params, query: publicationListQuery },
  problems: [journeyNotFound],
  responses: { 200: json(PublicationPage, 'A page of publications.') },
});

export const publicationRoutes = createRouter().openapi(list, async (c) => {
  const page = await listPublications(c.var.ctx, c.req.valid('param').id, c.req.valid('query'));
  linkNext(c, page.nextCursor);
  return c.json({ items: page.items.map(toPublication), next_cursor: page.nextCursor }, 200);
});
