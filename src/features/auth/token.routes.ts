import { AppError } from '../../errors.ts';
import { answerError } from '../../http/problem.ts';
import { limitRate } from '../../http/rate-limit.ts';
import { createRouter, defineRoute, json } from '../../http/router.ts';
import { invalidRequest } from './auth.errors.ts';
import { Logout, TokenError, TokenRequest, TokenResponse, toTokenResponse } from './token.schemas.ts';
import { grantTokens, signOut } from './token.service.ts';

const tags = ['Identity'];

const token = defineRoute({
  method: 'post',
  path: '/auth/token',
  operationId: 'createToken',
  summary: 'Log in with a password, or renew tokens with a refresh token',
  tags,
  security: [],
  middleware: limitRate('login'),
  request: { body: { required: true, content: { 'application/x-www-form-urlencoded': { schema: TokenRequest } } } },
  responses: { 200: json(TokenResponse, 'Tokens.'), 400: json(TokenError, 'RFC 6749 section 5.2.') },
});

const logout = defineRoute({
  method: 'post',
  path: '/auth/logout',
  operationId: 'logout',
  summary: 'End the session of the refresh token in the body, or of the access token; doing it twice is fine',
  tags,
  security: [{}, { bearer: [] }],
  request: { body: { required: false, content: { 'application/json': { schema: Logout } } } },
  responses: { 204: { description: 'Logged out.' } },
});

const oauthPrefix = 'oauth.';

export const tokenRoutes = createRouter()
  .openapi(
    token,
    async (c) => {
      const tokens = await grantTokens(c.var.ctx, c.req.valid('form'));
      return c.json(toTokenResponse(tokens), 200, { 'Cache-Control': 'no-store', Pragma: 'no-cache' });
    },
    (result) => {
      if (!result.success) throw invalidRequest();
    },
  )
  .openapi(logout, async (c) => {
    await signOut(c.var.ctx, c.req.valid('json').refresh_token);
    return c.body(null, 204);
  });

tokenRoutes.onError((error, c) => {
  if (!(error instanceof AppError && error.code.startsWith(oauthPrefix))) return answerError(error, c);
  const body = { error: error.code.slice(oauthPrefix.length), error_description: error.message };
  return c.json(body, 400, { 'Cache-Control': 'no-store', Pragma: 'no-cache' });
});
