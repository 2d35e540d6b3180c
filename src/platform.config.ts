import type { JWK } from 'jose';
import { z } from 'zod';
import { deriveKey } from './lib/keys.ts';
import { documentation, list, wholeNumber } from './lib/variables.ts';

const databaseVariables = z
  .object({
    DATABASE_URL: z.string().startsWith('postgres').register(documentation, {
      kind: 'secret',
      description: "Neon's connection string for the role `kairos_app`.",
    }),
    DATABASE_ENDPOINT: z.url().optional().register(documentation, {
      kind: 'var',
      description: "The address of Neon's HTTP endpoint. Only the local stack sets it.",
    }),
    // The longest time that a rider waits when the database hangs. An idle database needs half of it to wake up.
    DATABASE_WAIT_MS: wholeNumber(100, 99_999).default(2_000).register(documentation, {
      kind: 'var',
      description: 'The time in milliseconds that a call waits for the database before it answers 503.',
    }),
  })
  .describe('Database');

export const databaseConfig = databaseVariables.transform((env) => ({
  url: env.DATABASE_URL,
  endpoint: env.DATABASE_ENDPOINT,
  waitMs: env.DATABASE_WAIT_MS,
}));

const coordinate = z.string().regex(/^[\w-]{43}$/);
const PrivateKey = z.looseObject({
  kid: z.string().min(1),
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  x: coordinate,
  y: coordinate,
  d: coordinate,
});

const jwks = () =>
  z.string().transform((text, issues): JWK[] => {
    try {
      const { keys } = z.object({ keys: z.array(PrivateKey).min(1) }).parse(JSON.parse(text));
      if (new Set(keys.map(({ kid }) => kid)).size === keys.length) return keys;
      throw new Error('two keys share a kid');
    } catch {
      issues.addIssue({ code: 'custom', message: 'not a private JWKS' });
      return z.NEVER;
    }
  });

const secret = () => z.string().min(32);

const keyVariables = z
  .object({
    AUTH_KEYS: jwks().register(documentation, {
      kind: 'secret',
      description: 'The private JWKS (ES256) of the access tokens. The first key signs, and all keys verify.',
    }),
    TOKEN_SECRET: list().pipe(z.array(secret()).min(1)).register(documentation, {
      kind: 'secret',
      description:
        'The root of the keys for refresh tokens, cursors, hashed networks and waiting mails. During a rotation it is a list separated by commas, the newest secret first.',
    }),
    LOCATION_SECRET: secret().register(documentation, {
      kind: 'secret',
      description:
        "The root of discovery's shifts and ids, of the salts of passwords, and of the keys that recognise a repeated request and that open health data. Never rotate it.",
    }),
  })
  .describe('Keys');

export const keyConfig = keyVariables.transform((env) => {
  /** The first key makes new values. All keys are tried when a value is checked, so that the secret can be rotated. */
  const rotated = (purpose: string) => env.TOKEN_SECRET.map((root) => deriveKey(root, purpose));
  /** The secret is never rotated, so the same input gives the same value for ever. */
  const permanent = (purpose: string) => deriveKey(env.LOCATION_SECRET, purpose);
  return {
    authKeys: env.AUTH_KEYS,
    keys: {
      refresh: rotated('refresh-token'),
      cursor: rotated('cursor'),
      network: rotated('network'),
      device: rotated('device'),
      oauth: rotated('oauth'),
      mail: rotated('mail'),
      unsubscribe: rotated('unsubscribe-digest'),
      shift: permanent('shift'),
      encounterId: permanent('handle'),
      zone: permanent('zone'),
      block: permanent('block'),
      report: permanent('report'),
      salt: permanent('password-salt'),
      repeat: permanent('idempotency-key'),
      health: permanent('health-key'),
    },
  };
});

const addressVariables = z
  .object({
    API_URL: z.url().register(documentation, {
      kind: 'var',
      description: 'The address of the API, such as `https://api.kairos.example`.',
    }),
    WEB_URL: z.url().register(documentation, {
      kind: 'var',
      description: 'The address of the pages to which mailed links lead.',
    }),
    CORS_ORIGINS: list().default([]).register(documentation, {
      kind: 'var',
      description: 'The origins whose pages may call the API from a browser, separated by commas.',
    }),
    SECURITY_CONTACT: z
      .url({ protocol: /^(?:https|mailto|tel)$/ })
      .optional()
      .register(documentation, {
        kind: 'var',
        description:
          'The `https:`, `mailto:` or `tel:` address for reports of vulnerabilities, in `/.well-known/security.txt`. If it is not set, reports go to the address of `MAIL_FROM`.',
      }),
  })
  .describe('Addresses');

export const addressConfig = addressVariables.transform((env) => ({
  apiUrl: env.API_URL.replace(/\/$/, ''),
  webUrl: env.WEB_URL.replace(/\/$/, ''),
  corsOrigins: env.CORS_ORIGINS,
  securityContact: env.SECURITY_CONTACT,
}));

const limiter = (calls: string) =>
  z
    .custom<RateLimit>((value) => typeof value === 'object' && value !== null && 'limit' in value)
    .register(documentation, { kind: 'binding', description: `The rate limiter of ${calls}.` });

const limitVariables = z
  .object({
    LIMIT_LOGIN: limiter('logins, renewals of tokens and verifications of addresses'),
    LIMIT_MAIL: limiter('registrations and other calls that send a mail'),
    LIMIT_HEAVY: limiter('calls that import, search or change much'),
    LIMIT_API: limiter('all calls below `/v1`'),
  })
  .describe('Rate limits');

export const limitConfig = limitVariables.transform((env) => ({
  login: env.LIMIT_LOGIN,
  mail: env.LIMIT_MAIL,
  heavy: env.LIMIT_HEAVY,
  api: env.LIMIT_API,
}));

/** Only commands in the operator's shell read these variables; the Worker never does. */
export const shellVariables = z
  .object({
    DATABASE_OWNER_URL: z.string().register(documentation, {
      kind: "operator's shell",
      description:
        'The connection string of the role that owns the tables, for `npm run db:migrate`, `npm run admin` and `npm run presence`. The Worker never has it.',
    }),
  })
  .describe('Commands');
