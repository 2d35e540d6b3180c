import { z } from '@hono/zod-openapi';
import { Day } from '../../http/values.ts';
import type { MyDisclosures } from './disclosure.service.ts';

const NewRiders = z.int().min(0).openapi({ example: 12 });

const DisclosureDay = z.object({ day: Day, new_riders: NewRiders }).openapi('DisclosureDay');

export const Disclosures = z
  .object({
    new_riders: NewRiders.openapi({
      description: 'The number of riders who saw you for the first time in the last seven days.',
    }),
    budget: z.int().openapi({
      example: 100,
      description: 'The maximum of `new_riders`. When it is reached, no more new riders see you.',
    }),
    days: z.array(DisclosureDay).openapi({ description: 'By day in UTC. Days without new riders are left out.' }),
  })
  .openapi('Disclosures');

export const toDisclosures = ({ newRiders, budget, days }: MyDisclosures): z.infer<typeof Disclosures> => ({
  new_riders: newRiders,
  budget,
  days: days.map(({ day, newRiders }) => ({ day, new_riders: newRiders })),
});
