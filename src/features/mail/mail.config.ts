import { z } from 'zod';
import { documentation, wholeNumber } from '../../lib/variables.ts';

const variables = z
  .object({
    RESEND_API_KEY: z.string().min(1).register(documentation, {
      kind: 'secret',
      description: 'The API key of Resend, which sends the mails.',
    }),
    RESEND_WEBHOOK_SECRET: z
      .string()
      .regex(/^whsec_(?:[A-Za-z\d+/]{4}){7,}(?:[A-Za-z\d+/]{2}==|[A-Za-z\d+/]{3}=|[A-Za-z\d+/]{4})$/)
      .optional()
      .register(documentation, {
        kind: 'secret',
        description:
          'The `whsec_...` secret of the webhook in Resend that posts `email.bounced` and `email.complained` to `/v1/mail/events`. Without it, that address answers 404.',
      }),
    RESEND_BASE_URL: z.url().optional().register(documentation, {
      kind: 'var',
      description: 'The address of the mail provider. Only the local stack sets it.',
    }),
    MAIL_FROM: z.string().min(1).register(documentation, {
      kind: 'var',
      description: 'The sender of the mails, such as `Kairos <hello@kairos.example>`.',
    }),
    MAIL_BUDGET_PER_HOUR: wholeNumber(1, 9_999_999).default(1_000).register(documentation, {
      kind: 'var',
      description: 'The number of mails that Kairos sends in an hour. It limits what a flood of sign-ups costs.',
    }),
  })
  .describe('Mail');

export const mailConfig = variables.transform((env) => ({
  apiKey: env.RESEND_API_KEY,
  baseUrl: env.RESEND_BASE_URL,
  webhookSecret: env.RESEND_WEBHOOK_SECRET,
  from: env.MAIL_FROM,
  budgetPerHour: env.MAIL_BUDGET_PER_HOUR,
}));
