import { z } from '@hono/zod-openapi';
import { pageOf, pageQuery } from '../../http/pagination.ts';
import { Day, Id, ShownName, ShownText, UtcTime, Version } from '../../http/values.ts';
import type { Audience } from '../audience/audience.rules.ts';
import { type JourneyRow, journeyStatuses, journeyVisibilities } from './journey.table.ts';

export const journeyParams = z.object({ id: Id.openapi({ description: 'The id of the journey.' }) });

const Name = ShownName.min(1).max(200).openapi({ example: 'Danube, source to sea' });
const Description = ShownText.max(10_000).openapi({ example: 'EuroVelo 6, with the wind.' });
const Status = z.enum(journeyStatuses).openapi({
  description:
    'A rider has at most one `active` journey. A `completed` one no longer counts in searches. Other riders see a change after `delay_h`.',
});
const Visibility = z.enum(journeyVisibilities).openapi({
  description:
    '`private`: only you see the journey. `discoverable`: riders nearby learn that a rider comes near. `public`: every rider may know who you are and where.',
});
const Delay = z.int().min(0).max(168).openapi({
  description:
    'Other riders see your ridden line this many hours later, counted from the ride and from its import, and a change of `status`. Riders nearby see it after 48 hours at the earliest.',
  example: 48,
});
const StartsOn = Day.nullable().openapi({ description: 'The first day of the plan. Null while it is open.' });
const DailyDistance = z.number().min(1_000).max(1_000_000).nullable().openapi({
  description: 'How far you ride in a day, in metres. It cuts the plan into days. Null while it is open.',
  example: 95_000,
});
const IsPublishing = z.boolean().openapi({
  description:
    'Whether Kairos is still preparing what others see of the journey, after a change of your privacy zones or of much data. Until then they see none of its lines, places and days. It takes seconds, seldom longer.',
  example: false,
});

export const NewJourney = z
  .strictObject({
    id: Id.optional().openapi({ description: 'An id of your own, which makes a retry safe.' }),
    name: Name,
    description: Description.optional(),
    visibility: Visibility.optional(),
    starts_on: StartsOn.optional(),
    daily_distance_m: DailyDistance.optional(),
    delay_h: Delay.optional(),
  })
  .openapi('NewJourney');

export const JourneyChanges = z
  .strictObject({
    name: Name.optional(),
    description: Description.optional(),
    visibility: Visibility.optional(),
    starts_on: StartsOn.optional(),
    daily_distance_m: DailyDistance.optional(),
    delay_h: Delay.optional(),
  })
  .openapi('JourneyChanges');

const shared = {
  id: Id,
  owner_id: Id.openapi({ description: 'The id of the rider.' }),
  name: Name,
  description: Description,
  status: Status,
  visibility: Visibility,
};

/** What every rider may know of a public journey: no days, and no times of edits. */
export const PublicJourney = z
  .object({ view: z.literal('public').openapi({ description: 'You see the public part.' }), ...shared })
  .openapi('PublicJourney');

export const Journey = z
  .object({
    view: z.literal('full').openapi({ description: 'You see everything.' }),
    ...shared,
    starts_on: StartsOn,
    daily_distance_m: DailyDistance,
    delay_h: Delay,
    is_publishing: IsPublishing,
    version: Version,
    created_at: UtcTime,
    updated_at: UtcTime,
  })
  .openapi('Journey');

/** `view` says how much the caller sees. */
export const VisibleJourney = z.discriminatedUnion('view', [Journey, PublicJourney]).openapi('VisibleJourney');

export const JourneyPage = pageOf('JourneyPage', Journey);
export const PublicJourneyPage = pageOf('PublicJourneyPage', PublicJourney);
export const journeyListQuery = z.strictObject({
  ...pageQuery,
  status: Status.optional().openapi({ description: 'Only journeys with this status.' }),
});
export const publicJourneyListQuery = z.strictObject(pageQuery);

const toShared = (row: JourneyRow) => ({
  id: row.id,
  owner_id: row.ownerId,
  name: row.name,
  description: row.description,
  status: row.status,
  visibility: row.visibility,
});

export const toPublicJourney = (row: JourneyRow): z.infer<typeof PublicJourney> => ({
  view: 'public',
  ...toShared(row),
});

export const toJourney = (row: JourneyRow): z.infer<typeof Journey> => ({
  view: 'full',
  ...toShared(row),
  starts_on: row.startsOn,
  daily_distance_m: row.dailyDistanceM,
  delay_h: row.delayH,
  is_publishing: row.publishingSince !== null,
  version: row.version,
  created_at: row.createdAt.toISOString(),
  updated_at: row.updatedAt.toISOString(),
});

export const toVisibleJourney = (row: JourneyRow & { audience: Audience }): z.infer<typeof VisibleJourney> =>
  row.audience === 'owner' || row.audience === 'exact' ? toJourney(row) : toPublicJourney(row);

type JourneyInput = z.infer<typeof JourneyChanges>;

export const fromJourneyInput = ({ starts_on, daily_distance_m, delay_h, ...rest }: JourneyInput) => ({
  ...rest,
  startsOn: starts_on,
  dailyDistanceM: daily_distance_m,
  delayH: delay_h,
});
