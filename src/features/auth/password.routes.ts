import { jsonBody } from '../../http/body.ts';
import { ignored, session } from '../../http/credentials.ts';
import { limitRate } from '../../http/rate-limit.ts';
import { createRouter, defineRoute, json } from '../../http/router.ts';
import { setTokenCookies } from '../../http/token-cookies.ts';
import { invalidReset, passwordRefused, wrongPassword } from './auth.errors.ts';
import {
  PasswordChange,
  PasswordForgot,
  PasswordIsReset,
  PasswordReset,
  Reauthenticated,
  Reauthentication,
} from './password.schemas.ts';
import { changePassword, forgotPassword, reauthenticate, resetPassword } from './password.service.ts';
import { MailSent } from './registration.schemas.ts';
import { TokensAnswer, toTokenCookies, toTokensAnswer } from './token.schemas.ts';

const tags = ['Identity'];
const account = session('account:manage');

const forgot = defineRoute({
  method: 'post',
  path: '/auth/password/forgot',
  operationId: 'forgotPassword',
  summary: 'Request a mail with a link to set a new password',
  description:
    'The link is valid once, within 60 minutes, and an earlier link stops working. The last link that an address may get in a day is valid until it may get the next one. The response does not reveal whether the address has an account.',
  tags,
  credential: ignored,
  middleware: limitRate('mail'),
  body: [jsonBody(PasswordForgot)],
  responses: { 202: json(MailSent, 'If the address has an account, a mail is on its way.') },
});

const reset = defineRoute({
  method: 'post',
  path: '/auth/password/reset',
  operationId: 'resetPassword',
  summary: 'Set a new password with the token from the mail',
  description:
    'All your sessions end, and a lock after wrong passwords is lifted. Your API keys and linked sign-ins stay.',
  tags,
  credential: ignored,
  middleware: limitRate('login'),
  body: [jsonBody(PasswordReset)],
  problems: [invalidReset, passwordRefused],
  responses: { 200: json(PasswordIsReset, 'The password is set. Log in with it.') },
});

const change = defineRoute({
  method: 'post',
  path: '/auth/password/change',
  operationId: 'changePassword',
  summary: 'Change your password',
  description:
    'Your other sessions end. This session continues with the tokens of the response. If you have no password yet, set one with `POST /v1/auth/password/forgot`.',
  tags,
  credential: account,
  middleware: limitRate('login'),
  body: [jsonBody(PasswordChange)],
  problems: [wrongPassword, passwordRefused],
  responses: {
    200: json(TokensAnswer, 'New tokens for this session, in the body or in cookies, as you sent the old ones.'),
  },
});

const confirm = defineRoute({
  method: 'post',
  path: '/auth/reauthenticate',
  operationId: 'provePassword',
  summary: 'Confirm your password before a sensitive call',
  description:
    'Sensitive calls, such as creating an API key or deleting your account, are allowed in this session for the next ten minutes. A login has the same effect. A wrong password counts like a wrong login.',
  tags,
  credential: account,
  middleware: limitRate('login'),
  body: [jsonBody(Reauthentication)],
  problems: [wrongPassword],
  responses: { 200: json(Reauthenticated, 'The password is confirmed.') },
});

export const passwordRoutes = createRouter()
  .openapi(forgot, async (c) => {
    await forgotPassword(c.var.ctx, c.req.valid('json').email);
    return c.json({ status: 'accepted' as const }, 202);
  })
  .openapi(reset, async (c) => {
    await resetPassword(c.var.ctx, c.req.valid('json'));
    return c.json({ status: 'reset' as const }, 200);
  })
  .openapi(change, async (c) => {
    const { current_password: currentPassword, new_password: newPassword } = c.req.valid('json');
    const tokens = await changePassword(c.var.ctx, { currentPassword, newPassword });
    const { transport = 'bearer' } = c.var;
    if (transport === 'cookie') setTokenCookies(c, toTokenCookies(tokens));
    return c.json(toTokensAnswer(tokens, transport), 200);
  })
  .openapi(confirm, async (c) => {
    const authenticatedAt = await reauthenticate(c.var.ctx, c.req.valid('json').password);
    return c.json({ authenticated_at: authenticatedAt.toISOString() }, 200);
  });
