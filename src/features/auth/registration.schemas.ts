import { z } from '@hono/zod-openapi';
import { Email, Name, Username } from '../users/user.schemas.ts';

export const Password = z.string().max(4_096).openapi({
  format: 'password',
  minLength: 8,
  description: '8 characters to 1,024 bytes. Common passwords, and those like your address or username, are refused.',
  example: 'five slow gravel passes',
});

export const MailedToken = z.string().max(4_096).openapi({
  description: 'The token from the link in the mail.',
  example: 'mQ0t9y5oT2s5d0b9Q3vO1c7y8u6i4r2e0w1q3a5s7d9',
});

export const NewRegistration = z
  .strictObject({ email: Email, password: Password, name: Name, username: Username.optional() })
  .openapi('NewRegistration');

export const VerificationResend = z.strictObject({ email: Email }).openapi('VerificationResend');

export const EmailVerification = z.strictObject({ token: MailedToken }).openapi('EmailVerification');

export const MailSent = z
  .object({ status: z.literal('accepted') })
  .openapi('MailSent', { description: 'A mail says how to continue.' });

export const Verified = z
  .object({
    status: z.literal('verified'),
    reset_token: z.string().optional().openapi({
      description:
        'Only if the address was signed up several times with different passwords. The account has no password yet. Set one with this token.',
      example: 'mQ0t9y5oT2s5d0b9Q3vO1c7y8u6i4r2e0w1q3a5s7d9',
    }),
  })
  .openapi('Verified');
