import { z } from '@hono/zod-openapi';
import { Day } from '../../http/values.ts';
import type { MyDisclosures } from './disclosure.service.ts';

const NewRiders = z.int().min(0).openapi({ example: 12 });

export const Disclosures = z
  .object({
    new_riders: NewRiders.openapi({ description: 'To so many who had not seen me before I was shown in seven days.' }),
    budget: z.int().openapi({ example: 100, description: 'To no more than so many; then new ones do not see me.' }),
    days: z
      .array(z.object({ day: Day, new_riders: NewRiders }))
      .openapi({ description: 'In UTC; days without are left out.' }),
  })
  .openapi('Disclosures');

export const toDisclosures = ({ newRiders, budget, days }: MyDisclosures): z.infer<typeof Disclosures> => ({
  new_riders: newRiders,
  budget,
  days: days.map(({ day, newRiders }) => ({ day, new_riders: newRiders })),
});
