import { z } from 'zod';
import { documentation, wholeNumber } from '../../lib/variables.ts';

const variables = z
  .object({
    JOURNEYS_PER_DAY: wholeNumber(0, 1_000_000).default(50).register(documentation, {
      kind: 'var',
      description: 'The number of journeys that one rider may create in a day.',
    }),
    IMPORTS_PER_DAY: wholeNumber(0, 1_000_000).default(100).register(documentation, {
      kind: 'var',
      description: 'The number of files that one rider may import in a day.',
    }),
    CONNECTION_REQUESTS_PER_DAY: wholeNumber(0, 1_000).default(10).register(documentation, {
      kind: 'var',
      description: 'The number of riders whom one rider may ask to connect in a day.',
    }),
  })
  .describe('Usage');

export const usageConfig = variables.transform((env) => ({
  maxPerDay: {
    journeys: env.JOURNEYS_PER_DAY,
    imports: env.IMPORTS_PER_DAY,
    connection_requests: env.CONNECTION_REQUESTS_PER_DAY,
  },
}));
