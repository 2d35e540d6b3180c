import { z } from 'zod';
import { documentation, wholeNumber } from '../../lib/variables.ts';

const variables = z
  .object({
    REPORTS_PER_DAY: wholeNumber(0, 1_000).default(20).register(documentation, {
      kind: 'var',
      description: 'The number of riders whom one rider may report in a day.',
    }),
  })
  .describe('Reports');

export const reportConfig = variables.transform((env) => ({ reportsPerDay: env.REPORTS_PER_DAY }));
