import { z } from '@hono/zod-openapi';
import { Email, Name, Username } from '../users/user.schemas.ts';

export const Password = z
  .string()
  .max(4_096)
  .openapi({ format: 'password', minLength: 8, example: 'five slow gravel passes' });

export const NewRegistration = z
  .strictObject({ email: Email, password: Password, name: Name, username: Username.optional() })
  .openapi('NewRegistration');

export const VerificationResend = z.strictObject({ email: Email }).openapi('VerificationResend');

export const EmailVerification = z
  .strictObject({ token: z.string().max(4_096).openapi({ example: 'mQ0t9y5oT2s5d0b9Q3vO1c7y8u6i4r2e0w1q3a5s7d9' }) })
  .openapi('EmailVerification');

export const MailSent = z
  .object({ status: z.literal('accepted') })
  .openapi('MailSent', { description: 'Whatever there is to say is said by mail.' });

export const Verified = z
  .object({
    status: z.literal('verified'),
    reset_token: z.string().optional().openapi({
      description:
        'Only where the address had been signed up with under several passwords: there is none yet, and this sets one.',
      example: 'mQ0t9y5oT2s5d0b9Q3vO1c7y8u6i4r2e0w1q3a5s7d9',
    }),
  })
  .openapi('Verified');
