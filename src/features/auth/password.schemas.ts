import { z } from '@hono/zod-openapi';
import { UtcTime } from '../../http/values.ts';
import { Email } from '../users/user.schemas.ts';
import { MailedToken, Password } from './registration.schemas.ts';

const CurrentPassword = Password.openapi({ description: 'The password that you have now.' });

export const PasswordForgot = z.strictObject({ email: Email }).openapi('PasswordForgot');

export const PasswordReset = z
  .strictObject({
    token: MailedToken,
    password: Password,
  })
  .openapi('PasswordReset');

export const PasswordChange = z
  .strictObject({ current_password: CurrentPassword, new_password: Password })
  .openapi('PasswordChange');

export const Reauthentication = z.strictObject({ password: CurrentPassword }).openapi('Reauthentication');

export const PasswordIsReset = z.object({ status: z.literal('reset') }).openapi('PasswordIsReset');

export const Reauthenticated = z
  .object({
    authenticated_at: UtcTime.openapi({
      description: 'Sensitive calls are allowed until ten minutes after this time.',
    }),
  })
  .openapi('Reauthenticated');
