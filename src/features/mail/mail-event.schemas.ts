import { z } from '@hono/zod-openapi';

/** Resend's to define and to add to, so that nothing in it is refused for being unknown. */
export const MailEvent = z
  .looseObject({
    type: z.string().max(200).openapi({ example: 'email.bounced' }),
    data: z.looseObject({}).openapi({
      description: 'By type.',
      example: { to: ['anna@example.com'], bounce: { type: 'Permanent' } },
    }),
  })
  .openapi('MailEvent');
