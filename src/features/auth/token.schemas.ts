import { z } from '@hono/zod-openapi';
import { idleDays } from '../sessions/session.rules.ts';
import type { Tokens } from './token.service.ts';

const refreshTokenExample = 'r1.0193a1b2-3c4d-7e5f-8a9b-0c1d2e3f4a5b.0.4vN0sX1mJ7eQy9bKc2Tz5uWg8hLrAoPdIfVxBnMqRtY';

const deviceTokenExample =
  'd1.0193a1b2-3c4d-7e5f-8a9b-0c1d2e3f4a5b.Zm9yZXN0IHJvYWRzIDEy.4vN0sX1mJ7eQy9bKc2Tz5uWg8hLrAoPdIfVxBnMqRtY';

export const Transport = z.enum(['bearer', 'cookie']).openapi({
  description: 'Whether the tokens are sent in bodies and headers, or in cookies that no script can read.',
  example: 'bearer',
});

export const DeviceToken = z.string().max(500).openapi({
  description:
    'From an earlier login on this device. With it, you can log in while the account is locked for other devices.',
  example: deviceTokenExample,
});

/** RFC 6749 sections 4.3.2 and 6. Unknown parameters are ignored, as the RFC requires. */
export const TokenRequest = z
  .object({
    grant_type: z
      .string()
      .max(100)
      .openapi({
        enum: ['password', 'refresh_token'],
        description: '`password`: log in. `refresh_token`: renew the tokens.',
        example: 'password',
      }),
    username: z
      .string()
      .max(1_000)
      .trim()
      .optional()
      .openapi({ description: 'Your address or your username. Needed to log in.', example: 'anna@example.com' }),
    password: z
      .string()
      .max(16_384)
      .optional()
      .openapi({ format: 'password', description: 'Needed to log in.', example: 'five slow gravel passes' }),
    refresh_token: z
      .string()
      .max(1_000)
      .optional()
      .openapi({ description: 'Needed to renew tokens, unless it is in a cookie.', example: refreshTokenExample }),
    device_token: DeviceToken.optional(),
    scope: z.string().max(1_000).optional().openapi({
      description: 'Accepted and ignored: a login gets all scopes of your role.',
      example: 'journeys:read journeys:write',
    }),
    transport: Transport.optional(),
    client_id: z.string().max(200).optional().openapi({ description: 'Accepted and ignored.', example: 'kairos' }),
  })
  .openapi('TokenRequest');

export const TokenResponse = z
  .object({
    access_token: z.string().openapi({
      description: 'A JWT (RFC 9068), signed with ES256, valid for 15 minutes.',
      example: 'eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCJ9.eyJzdWIi…',
    }),
    token_type: z.literal('Bearer'),
    expires_in: z.int().openapi({ description: 'The seconds until the access token expires.', example: 900 }),
    refresh_token: z
      .string()
      .openapi({ description: 'Renews the tokens. Each use returns a new one.', example: refreshTokenExample }),
    scope: z.string().openapi({
      description: 'The scopes of the access token, separated by spaces.',
      example: 'journeys:read journeys:write',
    }),
    device_token: z.string().optional().openapi({
      description: 'Only after a login with a password. Keep it for the next login on this device.',
      example: deviceTokenExample,
    }),
  })
  .openapi('TokenResponse');

export const CookieTokens = z
  .object({
    token_type: z.literal('Cookie').openapi({ description: 'The tokens are in cookies.' }),
    expires_in: z.int().openapi({ description: 'The seconds until the access token expires.', example: 900 }),
    scope: z.string().openapi({
      description: 'The scopes of the access token, separated by spaces.',
      example: 'journeys:read journeys:write',
    }),
  })
  .openapi('CookieTokens');

export const TokensAnswer = z.discriminatedUnion('token_type', [TokenResponse, CookieTokens]).openapi('IssuedTokens');

export const TokenError = z
  .object({
    error: z.enum(['invalid_request', 'invalid_grant', 'unsupported_grant_type']),
    error_description: z.string().openapi({
      description: 'What is wrong, for people to read. It may change.',
      example: 'The credentials are not valid. Check them and log in again.',
    }),
  })
  .openapi('TokenError', { description: 'An OAuth error (RFC 6749 section 5.2).' });

export const Logout = z
  .strictObject({
    refresh_token: z
      .string()
      .max(1_000)
      .optional()
      .openapi({ description: 'The refresh token of the session to end.', example: refreshTokenExample }),
  })
  .openapi('Logout');

const toTokenResponse = (tokens: Tokens): z.infer<typeof TokenResponse> => ({
  access_token: tokens.accessToken,
  token_type: 'Bearer',
  expires_in: tokens.expiresInSeconds,
  refresh_token: tokens.refreshToken,
  scope: tokens.scope,
  ...(tokens.deviceToken && { device_token: tokens.deviceToken }),
});

const toCookieTokens = ({ expiresInSeconds, scope }: Tokens): z.infer<typeof CookieTokens> => ({
  token_type: 'Cookie',
  expires_in: expiresInSeconds,
  scope,
});

/** The body of the response. The tokens are in it, or in cookies. */
export const toTokensAnswer = (tokens: Tokens, transport: z.infer<typeof Transport>): z.infer<typeof TokensAnswer> =>
  transport === 'cookie' ? toCookieTokens(tokens) : toTokenResponse(tokens);

const daySeconds = 24 * 60 * 60;

export const toTokenCookies = ({ accessToken, refreshToken, expiresInSeconds, deviceToken }: Tokens) => ({
  access: { value: accessToken, maxAgeSeconds: expiresInSeconds },
  refresh: { value: refreshToken, maxAgeSeconds: idleDays * daySeconds },
  ...(deviceToken && { device: { value: deviceToken, maxAgeSeconds: 400 * daySeconds } }),
});
