import { z } from '@hono/zod-openapi';
import { UtcTime } from '../../http/values.ts';
import { Email } from '../users/user.schemas.ts';
import { Password } from './registration.schemas.ts';

export const PasswordForgot = z.strictObject({ email: Email }).openapi('PasswordForgot');

export const PasswordReset = z
  .strictObject({
    token: z.string().max(4_096).openapi({ example: 'mQ0t9y5oT2s5d0b9Q3vO1c7y8u6i4r2e0w1q3a5s7d9' }),
    password: Password,
  })
  .openapi('PasswordReset');

export const PasswordChange = z
  .strictObject({ current_password: Password, new_password: Password })
  .openapi('PasswordChange');

export const Reauthentication = z.strictObject({ password: Password }).openapi('Reauthentication');

export const PasswordIsReset = z.object({ status: z.literal('reset') }).openapi('PasswordIsReset');

export const Reauthenticated = z.object({ authenticated_at: UtcTime }).openapi('Reauthenticated');
