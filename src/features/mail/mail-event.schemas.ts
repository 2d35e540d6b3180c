import { z } from '@hono/zod-openapi';

/** Resend defines this shape and may add to it, so unknown fields are accepted. */
export const MailEvent = z
  .looseObject({
    type: z.string().max(200).openapi({
      description: 'Other types than `email.bounced` and `email.complained` change nothing.',
      example: 'email.bounced',
    }),
    data: z.looseObject({}).openapi('MailEventData', {
      description: 'The fields depend on `type`.',
      example: { to: ['anna@example.com'], bounce: { type: 'Permanent' } },
    }),
  })
  .openapi('MailEvent');
