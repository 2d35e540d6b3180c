import { z } from '@hono/zod-openapi';
import { Day } from '../../http/values.ts';
import type { MyDisclosures } from './disclosure.service.ts';

const Count = z.int().min(0).openapi({ example: 12 });

const NewRiders = z
  .object({
    public: Count.openapi({ description: 'Riders who saw you on a public journey, with your name.' }),
    discoverable: Count.openapi({ description: 'Riders who saw you on a discoverable journey.' }),
  })
  .openapi('NewRiders', {
    description:
      'How many riders saw you for the first time. A rider who saw you on journeys of both kinds counts in both.',
  });

const DisclosureDay = z.object({ day: Day, new_riders: NewRiders }).openapi('DisclosureDay');

export const Disclosures = z
  .object({
    new_riders: NewRiders.openapi({ description: 'The riders of the last seven days.' }),
    budget: z.int().openapi({
      example: 100,
      description:
        'The maximum of each number in `new_riders`. When it is reached, no more new riders see your journeys of that kind.',
    }),
    days: z.array(DisclosureDay).openapi({ description: 'By day in UTC. Days without new riders are left out.' }),
  })
  .openapi('Disclosures');

export const toDisclosures = ({ newRiders, budget, days }: MyDisclosures): z.infer<typeof Disclosures> => ({
  new_riders: newRiders,
  budget,
  days: days.map(({ day, newRiders }) => ({ day, new_riders: newRiders })),
});
