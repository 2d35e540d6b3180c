import { z } from '@hono/zod-openapi';
import { onePageOf } from '../../http/pagination.ts';
import { Id, UtcTime } from '../../http/values.ts';
import { DeviceToken, Transport } from '../auth/token.schemas.ts';
import type { IdentityRow } from './identity.table.ts';
import type { ProviderOffer } from './provider.service.ts';

const ProviderId = z.enum(['google', 'github']).openapi({ example: 'google' });
export const providerParams = z.object({
  provider: ProviderId.openapi({ description: 'The provider to sign in with.' }),
});
export const identityParams = z.object({ id: Id.openapi({ description: 'The id of the linked sign-in.' }) });

const OAuthProvider = z
  .object({ id: ProviderId, name: z.string().openapi({ example: 'Google' }) })
  .openapi('OAuthProvider');

export const OAuthProviderPage = onePageOf('OAuthProviderPage', OAuthProvider);

const Challenge = z.string().regex(/^[\w-]{43}$/, 'Must be a SHA-256 hash in base64url, 43 characters.');

export const authorizeQuery = z.strictObject({
  return_to: z.string().max(2_000).openapi({
    description: 'The address that the browser comes back to. It must be on the list of the operator.',
    example: 'https://app.example.com/signed-in',
  }),
  code_challenge: Challenge.openapi({
    description: 'The SHA-256 hash of a verifier that the app keeps to itself (RFC 7636).',
    example: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
  }),
  code_challenge_method: z
    .literal('S256')
    .openapi({ description: 'Only the challenge method `S256` of RFC 7636 is accepted.', example: 'S256' }),
});

/** Providers may send more parameters. Those that Kairos does not read are ignored. */
export const callbackQuery = z.object({
  state: z.string().max(500).optional().openapi({
    description: 'The secret with which Kairos recognises the sign-in that it started.',
    example: 'x1mJ7eQy9bKc2Tz5uWg8hLrAoPdIfVxBnMqRtY4vN0s',
  }),
  code: z
    .string()
    .max(2_000)
    .optional()
    .openapi({ description: 'The authorization code of the provider.', example: '4/0AVMBsJg' }),
  error: z
    .string()
    .max(500)
    .optional()
    .openapi({ description: 'The reason if the rider or the provider refused the sign-in.', example: 'access_denied' }),
  iss: z
    .string()
    .max(500)
    .optional()
    .openapi({ description: 'The issuer of the response (RFC 9207).', example: 'https://accounts.google.com' }),
});

const code = z.string().max(500).openapi({
  description: 'The `code` with which the browser came back to `return_to`.',
  example: 'mQ0t9y5oT2s5d0b9Q3vO1c7y8u6i4r2e0w1q3a5s7d9',
});
const verifier = z.string().min(43).max(128).openapi({
  description: 'The verifier of the `code_challenge` (RFC 7636).',
  example: 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk',
});

export const OAuthExchange = z
  .strictObject({
    code,
    code_verifier: verifier,
    transport: Transport.optional(),
    device_token: DeviceToken.optional(),
  })
  .openapi('OAuthExchange');

export const NewIdentity = z.strictObject({ code, code_verifier: verifier }).openapi('NewIdentity');

export const Identity = z
  .object({
    id: Id,
    provider: ProviderId,
    email: z
      .string()
      .nullable()
      .openapi({ example: 'anna@gmail.com', description: 'The address at the provider when the sign-in was linked.' }),
    linked_at: UtcTime,
  })
  .openapi('LinkedIdentity');

export const IdentityPage = onePageOf('LinkedIdentityPage', Identity);

export const toProvider = ({ provider }: ProviderOffer): z.infer<typeof OAuthProvider> => ({
  id: provider.id,
  name: provider.name,
});

export const toIdentity = (row: IdentityRow): z.infer<typeof Identity> => ({
  id: row.id,
  provider: row.provider,
  email: row.email,
  linked_at: row.createdAt.toISOString(),
});
