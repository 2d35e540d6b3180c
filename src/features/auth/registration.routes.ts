import { jsonBody } from '../../http/body.ts';
import { ignored } from '../../http/credentials.ts';
import { limitRate } from '../../http/rate-limit.ts';
import { createRouter, defineRoute, json } from '../../http/router.ts';
import { usernameTaken } from '../users/user.errors.ts';
import { invalidVerification, passwordRefused } from './auth.errors.ts';
import { EmailVerification, MailSent, NewRegistration, VerificationResend, Verified } from './registration.schemas.ts';
import { register, resendVerification, verifyEmail } from './registration.service.ts';

const tags = ['Identity'];
const accepted = { status: 'accepted' } as const;

const signUp = defineRoute({
  method: 'post',
  path: '/auth/register',
  operationId: 'register',
  summary: 'Sign up for an account',
  description:
    'A mail contains a link that creates the account, or says that the address already has one. The response is the same in both cases, so it does not reveal whether the address has an account.',
  tags,
  credential: ignored,
  middleware: limitRate('mail'),
  body: [jsonBody(NewRegistration)],
  problems: [passwordRefused, usernameTaken],
  responses: { 202: json(MailSent, 'A mail is on its way.') },
});

const verify = defineRoute({
  method: 'post',
  path: '/auth/verify-email',
  operationId: 'verifyEmail',
  summary: 'Verify your address with the token from the mail',
  description: 'Creates the account. The token is valid once, within 24 hours.',
  tags,
  credential: ignored,
  middleware: limitRate('login'),
  body: [jsonBody(EmailVerification)],
  problems: [invalidVerification, usernameTaken],
  responses: {
    200: json(Verified, 'The account is created. Log in, or set a password first if the response has a `reset_token`.'),
  },
});

const resend = defineRoute({
  method: 'post',
  path: '/auth/verify-email/resend',
  operationId: 'resendVerification',
  summary: 'Request another verification mail',
  description:
    'An earlier link stops working. The response does not reveal whether the address waits for verification.',
  tags,
  credential: ignored,
  middleware: limitRate('mail'),
  body: [jsonBody(VerificationResend)],
  responses: { 202: json(MailSent, 'If the address waits for verification, a mail is on its way.') },
});

export const registrationRoutes = createRouter()
  .openapi(signUp, async (c) => {
    await register(c.var.ctx, c.req.valid('json'));
    return c.json(accepted, 202);
  })
  .openapi(verify, async (c) => {
    const { resetToken } = await verifyEmail(c.var.ctx, c.req.valid('json').token);
    return c.json({ status: 'verified' as const, ...(resetToken && { reset_token: resetToken }) }, 200);
  })
  .openapi(resend, async (c) => {
    await resendVerification(c.var.ctx, c.req.valid('json').email);
    return c.json(accepted, 202);
  });
