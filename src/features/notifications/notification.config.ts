import { z } from 'zod';
import { documentation, wholeNumber } from '../../lib/variables.ts';

const variables = z
  .object({
    NOTIFICATIONS_KEPT_DAYS: wholeNumber(1, 3_650).default(90).register(documentation, {
      kind: 'var',
      description: 'The number of days after which a notification is deleted.',
    }),
  })
  .describe('Notifications');

export const notificationConfig = variables.transform((env) => ({
  notificationRetentionDays: env.NOTIFICATIONS_KEPT_DAYS,
}));
