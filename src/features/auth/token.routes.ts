import { z } from '@hono/zod-openapi';
import { AppError } from '../../errors.ts';
import { formBody, jsonBody } from '../../http/body.ts';
import { ignored, optional, session } from '../../http/credentials.ts';
import { answerError } from '../../http/problem.ts';
import { limitRate } from '../../http/rate-limit.ts';
import { createRouter, defineRoute, json } from '../../http/router.ts';
import {
  clearTokenCookies,
  presentedTokens,
  requireOwnPage,
  setTokenCookies,
  tokenCookieProblems,
} from '../../http/token-cookies.ts';
import { invalidRequest } from './auth.errors.ts';
import { Logout, TokenError, TokenRequest, TokensAnswer, toTokenCookies, toTokensAnswer } from './token.schemas.ts';
import { grantTokens, signOut } from './token.service.ts';

const tags = ['Identity'];

const tokenError = json(
  TokenError,
  'An OAuth error (RFC 6749 section 5.2), or a problem if the request cannot be read.',
);

const token = defineRoute({
  method: 'post',
  path: '/auth/token',
  operationId: 'createToken',
  summary: 'Log in with a password, or renew tokens with a refresh token',
  description:
    'Send a form, as OAuth clients do. A login starts a session, and several wrong passwords in a row lead to a wait. A renewal returns a new refresh token: keep that one, and send the one before it only if the response was lost, because an older one ends the session.',
  tags,
  credential: ignored,
  middleware: limitRate('login'),
  // Its hook answers a query with an OAuth error.
  request: { query: z.strictObject({}) },
  body: [formBody(TokenRequest)],
  problems: [...tokenCookieProblems],
  responses: {
    200: json(TokensAnswer, 'The tokens, in the body or in cookies.'),
    400: tokenError,
  },
});

const logout = defineRoute({
  method: 'post',
  path: '/auth/logout',
  operationId: 'logout',
  summary: 'End a session',
  description:
    'Ends the session of the refresh token in the body or in a cookie. Without one, ends the session of the access token. Repeating the call is harmless.',
  tags,
  credential: optional(session()),
  body: [jsonBody(Logout, { isOptional: true })],
  responses: { 204: { description: 'The session is ended.' } },
});

const oauthPrefix = 'oauth.';

export const tokenRoutes = createRouter()
  .openapi(
    token,
    async (c) => {
      const { transport = 'bearer', ...grant } = c.req.valid('form');
      if (transport === 'cookie') requireOwnPage(c);
      const presented = transport === 'cookie' ? presentedTokens(c) : {};
      const tokens = await grantTokens(c.var.ctx, { ...presented, ...grant }, presented.refresh_token);
      if (transport === 'cookie') setTokenCookies(c, toTokenCookies(tokens));
      return c.json(toTokensAnswer(tokens, transport), 200, { 'Cache-Control': 'no-store', Pragma: 'no-cache' });
    },
    (result) => {
      if (!result.success) throw invalidRequest();
    },
  )
  .openapi(logout, async (c) => {
    const { refresh_token: given } = c.req.valid('json');
    const { refresh_token: presented } = given ? {} : presentedTokens(c);
    if (presented) requireOwnPage(c);
    await signOut(c.var.ctx, given ?? presented);
    if (presented || c.var.transport === 'cookie') clearTokenCookies(c);
    return c.body(null, 204);
  });

tokenRoutes.onError((error, c) => {
  if (!(error instanceof AppError && error.code.startsWith(oauthPrefix))) return answerError(error, c);
  const body = { error: error.code.slice(oauthPrefix.length), error_description: error.message };
  return c.json(body, 400, { 'Cache-Control': 'no-store', Pragma: 'no-cache' });
});
