import { jsonBody } from '../../http/body.ts';
import { ignored, session } from '../../http/credentials.ts';
import { limitRate } from '../../http/rate-limit.ts';
import { createRouter, defineRoute, json } from '../../http/router.ts';
import { setTokenCookies } from '../../http/token-cookies.ts';
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
  summary: 'Ask for a link to set a new password; the link before it stops working',
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
  summary: 'Set a new password with the token from the mail; every session ends',
  tags,
  credential: ignored,
  middleware: limitRate('login'),
  body: [jsonBody(PasswordReset)],
  responses: { 200: json(PasswordIsReset, 'Log in with the new password.') },
});

const change = defineRoute({
  method: 'post',
  path: '/auth/password/change',
  operationId: 'changePassword',
  summary: 'Change my password; my other sessions end, this one goes on with the tokens answered',
  tags,
  credential: account,
  middleware: limitRate('login'),
  body: [jsonBody(PasswordChange)],
  responses: { 200: json(TokensAnswer, 'New tokens for this session, by the way that the old ones came.') },
});

const again = defineRoute({
  method: 'post',
  path: '/auth/reauthenticate',
  operationId: 'provePassword',
  summary: 'Prove it is me: sensitive calls are open for the next ten minutes',
  tags,
  credential: account,
  middleware: limitRate('login'),
  body: [jsonBody(Reauthentication)],
  responses: { 200: json(Reauthenticated, 'Proved.') },
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
  .openapi(again, async (c) => {
    const authenticatedAt = await reauthenticate(c.var.ctx, c.req.valid('json').password);
    return c.json({ authenticated_at: authenticatedAt.toISOString() }, 200);
  });
