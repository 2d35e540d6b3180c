import { jsonBody } from '../../http/body.ts';
import { browserSecret } from '../../http/browser-cookie.ts';
import { ignored } from '../../http/credentials.ts';
import { limitRate } from '../../http/rate-limit.ts';
import { headersOf } from '../../http/route-extras.ts';
import { createRouter, defineRoute, json } from '../../http/router.ts';
import { presentedTokens, requireOwnPage, setTokenCookies, tokenCookieProblems } from '../../http/token-cookies.ts';
import { TokensAnswer, toTokenCookies, toTokensAnswer } from '../auth/token.schemas.ts';
import { emailUnverified, invalidCode, invalidState, providerUnknown, returnNotAllowed } from './oauth.errors.ts';
import {
  authorizeQuery,
  callbackQuery,
  OAuthExchange,
  OAuthProviderPage,
  providerParams as params,
  toProvider,
} from './oauth.schemas.ts';
import { finishSignIn, startSignIn } from './oauth.service.ts';
import { listProviders } from './provider.service.ts';
import { exchangeCode } from './sign-in.service.ts';

const tags = ['Identity'];
const redirect = (description: string) => ({
  description,
  headers: headersOf('Location'),
});

const providers = defineRoute({
  method: 'get',
  path: '/auth/providers',
  operationId: 'listSignInProviders',
  summary: 'List the providers that you can sign in with',
  description:
    'Show a button for each of them, and open `GET /v1/auth/oauth/{provider}/authorize` in a browser. The list is empty if the operator has set up no provider.',
  tags,
  credential: ignored,
  responses: { 200: json(OAuthProviderPage, 'The providers that this server offers.') },
});

const authorize = defineRoute({
  method: 'get',
  path: '/auth/oauth/{provider}/authorize',
  operationId: 'startSignIn',
  summary: 'Start a sign-in with a provider',
  description: 'Open this address in a browser. The browser comes back to `return_to` with a `code` or an `error`.',
  tags,
  credential: ignored,
  middleware: limitRate('login'),
  request: { params, query: authorizeQuery },
  problems: [providerUnknown, returnNotAllowed],
  responses: { 302: redirect('A redirect to the provider.') },
});

const callback = defineRoute({
  method: 'get',
  path: '/auth/oauth/{provider}/callback',
  operationId: 'finishSignIn',
  summary: 'Finish a sign-in with a provider',
  description: 'The provider sends the browser here. Apps do not call this.',
  tags,
  credential: ignored,
  middleware: limitRate('login'),
  request: { params, query: callbackQuery },
  problems: [providerUnknown, invalidState],
  responses: { 303: redirect('A redirect to `return_to`.') },
});

const exchange = defineRoute({
  method: 'post',
  path: '/auth/oauth/exchange',
  operationId: 'exchangeCode',
  summary: 'Exchange the code of a sign-in for tokens',
  description:
    'The code works once, within one minute, and only with the verifier of the app that started the sign-in. A rider without an account gets one, which has no password. Using a code a second time ends the session that it opened.',
  tags,
  credential: ignored,
  middleware: limitRate('login'),
  body: [jsonBody(OAuthExchange)],
  problems: [invalidCode, emailUnverified, ...tokenCookieProblems],
  responses: { 200: json(TokensAnswer, 'The tokens, in the body or in cookies.') },
});

export const oauthRoutes = createRouter()
  .openapi(providers, (c) => c.json({ items: listProviders(c.var.ctx).map(toProvider), next_cursor: null }, 200))
  .openapi(authorize, async (c) => {
    const { return_to: returnTo, code_challenge: codeChallenge } = c.req.valid('query');
    const { provider } = c.req.valid('param');
    const url = await startSignIn(c.var.ctx, {
      provider,
      returnTo,
      codeChallenge,
      browserSecret: browserSecret.keep(c),
    });
    return c.redirect(url, 302);
  })
  .openapi(callback, async (c) => {
    const arrival = { ...c.req.valid('query'), ...c.req.valid('param') };
    return c.redirect(await finishSignIn(c.var.ctx, { ...arrival, browserSecret: browserSecret.read(c) }), 303);
  })
  .openapi(exchange, async (c) => {
    const { code, code_verifier: codeVerifier, transport = 'bearer', device_token: given } = c.req.valid('json');
    if (transport === 'cookie') requireOwnPage(c);
    const presented = transport === 'cookie' ? presentedTokens(c) : {};
    const deviceToken = given ?? presented.device_token;
    const tokens = await exchangeCode(c.var.ctx, { code, codeVerifier, deviceToken }, presented.refresh_token);
    if (transport === 'cookie') setTokenCookies(c, toTokenCookies(tokens));
    return c.json(toTokensAnswer(tokens, transport), 200);
  });
