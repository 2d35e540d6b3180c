import { z } from 'zod';
import { documentation, wholeNumber } from '../../lib/variables.ts';

const variables = z
  .object({
    CONNECTION_REQUESTS_PER_DAY: wholeNumber(0, 1_000).default(10).register(documentation, {
      kind: 'var',
      description: 'The number of riders whom one rider may ask to connect in a day.',
    }),
  })
  .describe('Connections');

export const connectionConfig = variables.transform((env) => ({
  connectionRequestsPerDay: env.CONNECTION_REQUESTS_PER_DAY,
}));
