import { z } from '@hono/zod-openapi';
import { pageOf, pageQuery } from '../../http/pagination.ts';
import { Day, orNull, Point, UtcTime } from '../../http/values.ts';
import { roundMetres } from '../../lib/geodesy.ts';
import type { PlannedDay as Planned } from './day.rules.ts';

export const dayListQuery = z.strictObject(pageQuery);

const Place = orNull(Point).openapi({
  example: { type: 'Point', coordinates: [16.3738, 48.2082] },
  description: 'Null for other riders if the place is in a privacy zone or at the end of a line.',
});

export const PlannedDay = z
  .object({
    number: z.int().openapi({ example: 1, description: 'The first day is 1.' }),
    date: Day.nullable().openapi({ description: 'Null if the journey has no `starts_on`.' }),
    from_m: z.number().openapi({ example: 0, description: 'The distance along the plan at which the day starts.' }),
    to_m: z.number().openapi({ example: 95_000, description: 'The distance along the plan at which the day ends.' }),
    ascent_m: z.number().nullable().openapi({ example: 640, description: 'Null if the files had no elevations.' }),
    start: Place,
    end: Place,
    sunrise: UtcTime.nullable().openapi({
      example: '2026-06-12T03:02:00.000Z',
      description: 'At the start of the day. Null without a date or a position, or if the sun does not rise.',
    }),
    sunset: UtcTime.nullable().openapi({
      example: '2026-06-12T18:53:00.000Z',
      description: 'At the end of the day. Null without a date or a position, or if the sun does not set.',
    }),
    daylight_s: z.int().nullable().openapi({
      example: 57_060,
      description: 'From sunrise to sunset at the start of the day. 86400 in the polar day, 0 in the polar night.',
    }),
    longest_gap_m: z.number().nullable().openapi({
      example: 41_000,
      description:
        'The longest stretch of the day without a planned marker within 1,000 m of the route. Null for other riders, who may not see markers, and on a page with too many points and markers.',
    }),
  })
  .openapi('PlannedDay');

export const PlannedDayPage = pageOf('PlannedDayPage', PlannedDay);

const pointOf = (position: Planned['start']): z.infer<typeof Place> =>
  position && { type: 'Point', coordinates: [position[0], position[1]] };

const metresOrNull = (metres: number | undefined): number | null => (metres === undefined ? null : roundMetres(metres));

export const toPlannedDay = (planned: Planned): z.infer<typeof PlannedDay> => ({
  number: planned.day + 1,
  date: planned.date ?? null,
  from_m: roundMetres(planned.fromM),
  to_m: roundMetres(planned.toM),
  ascent_m: metresOrNull(planned.ascentM),
  start: pointOf(planned.start),
  end: pointOf(planned.end),
  sunrise: planned.sun?.sunrise?.toISOString() ?? null,
  sunset: planned.sun?.sunset?.toISOString() ?? null,
  daylight_s: planned.sun?.daylightS ?? null,
  longest_gap_m: metresOrNull(planned.longestGapM),
});
