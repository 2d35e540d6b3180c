import { z } from '@hono/zod-openapi';
import { UtcTime } from '../../http/values.ts';
import { maxPerRider as max } from './usage.rules.ts';
import type { DailyUsage, Usage as UsageOfRider } from './usage.service.ts';

const Used = z.int().min(0).openapi({ description: 'How much you use.', example: 12 });
const Max = z.int().min(0).openapi({ description: 'How much you may use.', example: 500 });

const amount = (description: string) =>
  z.object({ used: Used, max: Max }).openapi('UsageAmount').openapi({ description });

const amountPerDay = (description: string) =>
  z
    .object({
      used: Used,
      max: Max,
      resets_at: UtcTime.nullable().openapi({
        description: 'When `used` is 0 again. Null if it is 0 now.',
        example: '2026-06-13T08:30:00.000Z',
      }),
    })
    .openapi('UsagePerDay')
    .openapi({ description });

export const Usage = z
  .object({
    journeys: amount('Your journeys.'),
    visible_journeys: amount('Your journeys that are `discoverable` or `public`.'),
    lines: amount('The lines of all your journeys.'),
    points: amount('The points of all your lines.'),
    markers: amount('The markers of all your journeys.'),
    imports: amount('The files that you have imported into your journeys.'),
    bytes: amount('The bytes of your lines, and of the names and notes of your markers.'),
    journeys_per_day: amountPerDay('The journeys that you have created in this day, also those that you have deleted.'),
    imports_per_day: amountPerDay('The files that you have imported in this day.'),
    connection_requests_per_day: amountPerDay('The riders whom you have asked to connect in this day.'),
  })
  .openapi('Usage');

const toAmountPerDay = ({ used, max, resetsAt }: DailyUsage) => ({
  used,
  max,
  resets_at: resetsAt?.toISOString() ?? null,
});

export const toUsage = ({ owned, today }: UsageOfRider): z.infer<typeof Usage> => ({
  journeys: { used: owned.journeys, max: max.journeys },
  visible_journeys: { used: owned.visible_journeys, max: max.visibleJourneys },
  lines: { used: owned.lines, max: max.lines },
  points: { used: owned.points, max: max.points },
  markers: { used: owned.markers, max: max.markers },
  imports: { used: owned.imports, max: max.imports },
  bytes: { used: owned.bytes, max: max.bytes },
  journeys_per_day: toAmountPerDay(today.journeys),
  imports_per_day: toAmountPerDay(today.imports),
  connection_requests_per_day: toAmountPerDay(today.connection_requests),
});
