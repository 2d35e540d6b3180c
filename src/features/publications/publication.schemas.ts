import { z } from '@hono/zod-openapi';
import { pageOf, pageQuery } from '../../http/pagination.ts';
import { Id, orNull, UtcTime } from '../../http/values.ts';
import { journeyVisibilities } from '../journeys/journey.table.ts';
import { outlets, type PublicationRow } from './publication.table.ts';

export const publicationListQuery = z.strictObject(pageQuery);

export const Publication = z
  .object({
    number: z.int().min(1).openapi({ description: 'Counts the publications of the journey.', example: 3 }),
    outlet: z.enum(outlets).openapi({
      description:
        '`visibility`: who may see the journey has changed. `plan`: searches and the itinerary show other days or places of the plan. `ride`: a ridden line was added, or its delay has changed.',
    }),
    published_at: UtcTime.openapi({ description: 'When it was published.' }),
    visibility: orNull(z.enum(journeyVisibilities)).openapi({ description: 'The new visibility. Else null.' }),
    first_at: orNull(UtcTime).openapi({
      description:
        'The first moment that others can learn of. For a plan it is moved and stretched, and they get it to three days.',
    }),
    last_at: orNull(UtcTime).openapi({ description: 'The last moment, in the same way.' }),
    daily_distance_m: orNull(z.int()).openapi({
      description: 'For a plan with a line: the daily distance that follows from the published days. Else null.',
      example: 87_310,
    }),
    camps: orNull(z.int().min(0)).openapi({
      description: 'For a plan: how many planned markers were published with their days. Else null.',
      example: 2,
    }),
    line_id: orNull(Id).openapi({ description: 'For a ride: the id of the line. Else null.' }),
    shown_at: orNull(UtcTime).openapi({ description: 'For a ride: from when others see it. Else null.' }),
  })
  .openapi('Publication');

export const PublicationPage = pageOf('PublicationPage', Publication);

export const toPublication = (row: PublicationRow): z.infer<typeof Publication> => ({
  number: row.number,
  outlet: row.outlet,
  published_at: row.publishedAt.toISOString(),
  visibility: row.visibility,
  first_at: row.firstAt?.toISOString() ?? null,
  last_at: row.lastAt?.toISOString() ?? null,
  daily_distance_m: row.paceM === null ? null : Math.round(row.paceM),
  camps: row.camps,
  line_id: row.trackId,
  shown_at: row.shownAt?.toISOString() ?? null,
});
