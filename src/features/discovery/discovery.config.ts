import { z } from 'zod';
import { documentation, wholeNumber } from '../../lib/variables.ts';

const variables = z
  .object({
    DISCOVERY_MIN_ACCOUNT_AGE_H: wholeNumber(0, 99_999).default(72).register(documentation, {
      kind: 'var',
      description: 'The age in hours that an account must have before its rider sees who is near.',
    }),
    DISCLOSURES_PER_WEEK: wholeNumber(0, 100_000).default(100).register(documentation, {
      kind: 'var',
      description:
        'The number of new riders to whom discovery shows the public journeys of one rider in 7 days, and the same for the discoverable ones.',
    }),
    VIEWS_PER_WEEK: wholeNumber(0, 100_000).default(200).register(documentation, {
      kind: 'var',
      description:
        'The number of new riders whom one account sees in 7 days. A rider counts once with public journeys and once with discoverable ones.',
    }),
    VIEWS_PER_NETWORK_PER_WEEK: wholeNumber(0, 100_000).default(600).register(documentation, {
      kind: 'var',
      description:
        'The number of new riders whom all accounts of one network that are younger than 30 days together see in 7 days.',
    }),
  })
  .describe('Discovery');

export const discoveryConfig = variables.transform((env) => ({
  discoveryMinAccountAgeH: env.DISCOVERY_MIN_ACCOUNT_AGE_H,
  disclosure: {
    maxShown: env.DISCLOSURES_PER_WEEK,
    maxViewed: env.VIEWS_PER_WEEK,
    maxViewedOfNetwork: env.VIEWS_PER_NETWORK_PER_WEEK,
  },
}));
