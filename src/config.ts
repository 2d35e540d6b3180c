import { z } from '@hono/zod-openapi';
import type { JWK } from 'jose';
import { deriveKey } from './lib/keys.ts';

const coordinate = z.string().regex(/^[\w-]{43}$/);
const PrivateKey = z.looseObject({
  kid: z.string().min(1),
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  x: coordinate,
  y: coordinate,
  d: coordinate,
});

const jwks = z.string().transform((text, issues): JWK[] => {
  try {
    const { keys } = z.object({ keys: z.array(PrivateKey).min(1) }).parse(JSON.parse(text));
    if (new Set(keys.map(({ kid }) => kid)).size === keys.length) return keys;
    throw new Error('two keys share a kid');
  } catch {
    issues.addIssue({ code: 'custom', message: 'not a private JWKS' });
    return z.NEVER;
  }
});

const secret = z.string().min(32);
const list = z.string().transform((text) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean),
);
const limiter = z.custom<RateLimit>((value) => typeof value === 'object' && value !== null && 'limit' in value);

const optionalText = z
  .string()
  .transform((text) => text.trim() || undefined)
  .optional();

const wholeNumber = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/)
    .transform(Number)
    .pipe(z.number().min(least).max(most));

/** A burst of sign-ups costs no more mails than this. */
const mailBudgetPerHour = 1_000;

/** What the variables stand for where they are left out. */
const lockout = {
  accountThreshold: 5,
  networkThreshold: 50,
  firstWaitSeconds: 30,
  longestWaitSeconds: 30 * 60,
  maxFailures: 100,
};
/** New riders in a week: to whom one is shown, and whom one sees. */
const disclosure = { maxShown: 100, maxViewed: 200, maxViewedOfNetwork: 600 };
const connectionRequestsPerDay = 10;
const reportsPerDay = 20;
const notificationsKeptDays = 90;
const dayS = 24 * 60 * 60;

/** A rider is held no longer by a database that hangs. One that sleeps is awake in half of it. */
const waitMs = 2_000;

const variables = z.object({
  DATABASE_URL: z.string().startsWith('postgres'),
  DATABASE_READ_URL: z.string().startsWith('postgres').optional(),
  DATABASE_ENDPOINT: z.url().optional(),
  DATABASE_WAIT_MS: wholeNumber(100, 99_999).default(waitMs),
  AUTH_KEYS: jwks,
  TOKEN_SECRET: list.pipe(z.array(secret).min(1)),
  LOCATION_SECRET: secret,
  RESEND_API_KEY: z.string().min(1),
  RESEND_BASE_URL: z.url().optional(),
  RESEND_WEBHOOK_SECRET: z
    .string()
    .regex(/^whsec_(?:[A-Za-z\d+/]{4}){7,}(?:[A-Za-z\d+/]{2}==|[A-Za-z\d+/]{3}=|[A-Za-z\d+/]{4})$/)
    .optional(),
  MAIL_FROM: z.string().min(1),
  MAIL_BUDGET_PER_HOUR: wholeNumber(1, 9_999_999).default(mailBudgetPerHour),
  API_URL: z.url(),
  WEB_URL: z.url(),
  CORS_ORIGINS: list.default([]),
  DISCOVERY_MIN_ACCOUNT_AGE_H: wholeNumber(0, 99_999).default(72),
  DISCLOSURES_PER_WEEK: wholeNumber(0, 100_000).default(disclosure.maxShown),
  CONNECTION_REQUESTS_PER_DAY: wholeNumber(0, 1_000).default(connectionRequestsPerDay),
  REPORTS_PER_DAY: wholeNumber(0, 1_000).default(reportsPerDay),
  NOTIFICATIONS_KEPT_DAYS: wholeNumber(1, 3_650).default(notificationsKeptDays),
  VIEWS_PER_WEEK: wholeNumber(0, 100_000).default(disclosure.maxViewed),
  VIEWS_PER_NETWORK_PER_WEEK: wholeNumber(0, 100_000).default(disclosure.maxViewedOfNetwork),
  // NIST SP 800-63B-4, 3.2.2: no more than a hundred in a row, ever.
  LOCKOUT_ACCOUNT_FAILURES: wholeNumber(1, 100).default(lockout.accountThreshold),
  LOCKOUT_MOST_FAILURES: wholeNumber(1, 100).default(lockout.maxFailures),
  LOCKOUT_NETWORK_FAILURES: wholeNumber(1, 100_000).default(lockout.networkThreshold),
  LOCKOUT_FIRST_WAIT_S: wholeNumber(1, dayS).default(lockout.firstWaitSeconds),
  LOCKOUT_LONGEST_WAIT_S: wholeNumber(1, dayS).default(lockout.longestWaitSeconds),
  GOOGLE_CLIENT_ID: optionalText,
  GOOGLE_CLIENT_SECRET: optionalText,
  GOOGLE_BASE_URL: z.url().optional(),
  GITHUB_CLIENT_ID: optionalText,
  GITHUB_CLIENT_SECRET: optionalText,
  GITHUB_BASE_URL: z.url().optional(),
  OAUTH_RETURN_URLS: list.pipe(z.array(z.url())).default([]),
  LIMIT_LOGIN: limiter,
  LIMIT_MAIL: limiter,
  LIMIT_HEAVY: limiter,
  LIMIT_API: limiter,
});

const bindings = variables.superRefine((data, issues) => {
  const isAtMost = (name: keyof typeof data, limit: keyof typeof data) => {
    if (Number(data[name]) > Number(data[limit]))
      issues.addIssue({ code: 'custom', path: [name], message: `more than ${limit}` });
  };
  isAtMost('LOCKOUT_ACCOUNT_FAILURES', 'LOCKOUT_MOST_FAILURES');
  isAtMost('LOCKOUT_FIRST_WAIT_S', 'LOCKOUT_LONGEST_WAIT_S');
});

const clientOf = (id: string | undefined, secret: string | undefined, baseUrl: string | undefined) =>
  id && secret ? { id, secret, baseUrl } : undefined;

export type Config = ReturnType<typeof parse>;

function parse(env: unknown) {
  const result = bindings.safeParse(env);
  if (!result.success) {
    const names = new Set(result.error.issues.map((issue) => issue.path.join('.')));
    throw new Error(`missing or invalid configuration: ${[...names].join(', ')}`);
  }
  const { data } = result;
  return {
    database: {
      url: data.DATABASE_URL,
      readUrl: data.DATABASE_READ_URL ?? data.DATABASE_URL,
      endpoint: data.DATABASE_ENDPOINT,
      waitMs: data.DATABASE_WAIT_MS,
    },
    authKeys: data.AUTH_KEYS,
    /** The first of each makes new values; all are tried when checking, so that the secret can be rotated. */
    keys: {
      refresh: data.TOKEN_SECRET.map((root) => deriveKey(root, 'refresh-token')),
      cursor: data.TOKEN_SECRET.map((root) => deriveKey(root, 'cursor')),
      network: data.TOKEN_SECRET.map((root) => deriveKey(root, 'network')),
      device: data.TOKEN_SECRET.map((root) => deriveKey(root, 'device')),
      oauth: data.TOKEN_SECRET.map((root) => deriveKey(root, 'oauth')),
      mail: data.TOKEN_SECRET.map((root) => deriveKey(root, 'mail')),
      unsubscribe: data.TOKEN_SECRET.map((root) => deriveKey(root, 'unsubscribe-digest')),
      shift: deriveKey(data.LOCATION_SECRET, 'shift'),
      handle: deriveKey(data.LOCATION_SECRET, 'handle'),
      zone: deriveKey(data.LOCATION_SECRET, 'zone'),
      /** A block holds, whatever is rotated. */
      block: deriveKey(data.LOCATION_SECRET, 'block'),
      /** What is reported again is the same report. */
      report: deriveKey(data.LOCATION_SECRET, 'report'),
      /** Under the secret that is never rotated: an address keeps its salt. */
      salt: deriveKey(data.LOCATION_SECRET, 'password-salt'),
      /** And so is a request that comes a second time known again. */
      repeat: deriveKey(data.LOCATION_SECRET, 'idempotency-key'),
    },
    mail: {
      apiKey: data.RESEND_API_KEY,
      baseUrl: data.RESEND_BASE_URL,
      webhookSecret: data.RESEND_WEBHOOK_SECRET,
      from: data.MAIL_FROM,
      budgetPerHour: data.MAIL_BUDGET_PER_HOUR,
    },
    /** A provider is offered where both its id and its secret are there. */
    oauth: {
      clients: {
        google: clientOf(data.GOOGLE_CLIENT_ID, data.GOOGLE_CLIENT_SECRET, data.GOOGLE_BASE_URL),
        github: clientOf(data.GITHUB_CLIENT_ID, data.GITHUB_CLIENT_SECRET, data.GITHUB_BASE_URL),
      },
      returnUrls: data.OAUTH_RETURN_URLS,
    },
    apiUrl: data.API_URL.replace(/\/$/, ''),
    webUrl: data.WEB_URL.replace(/\/$/, ''),
    corsOrigins: data.CORS_ORIGINS,
    lockout: {
      accountThreshold: data.LOCKOUT_ACCOUNT_FAILURES,
      networkThreshold: data.LOCKOUT_NETWORK_FAILURES,
      firstWaitSeconds: data.LOCKOUT_FIRST_WAIT_S,
      longestWaitSeconds: data.LOCKOUT_LONGEST_WAIT_S,
      maxFailures: data.LOCKOUT_MOST_FAILURES,
    },
    disclosure: {
      maxShown: data.DISCLOSURES_PER_WEEK,
      maxViewed: data.VIEWS_PER_WEEK,
      maxViewedOfNetwork: data.VIEWS_PER_NETWORK_PER_WEEK,
    },
    connectionRequestsPerDay: data.CONNECTION_REQUESTS_PER_DAY,
    reportsPerDay: data.REPORTS_PER_DAY,
    notificationsKeptDays: data.NOTIFICATIONS_KEPT_DAYS,
    discoveryMinAccountAgeH: data.DISCOVERY_MIN_ACCOUNT_AGE_H,
    limits: { login: data.LIMIT_LOGIN, mail: data.LIMIT_MAIL, heavy: data.LIMIT_HEAVY, api: data.LIMIT_API },
  };
}

const parsed = new WeakMap<object, Config>();

/** Bindings -> Config, parsed once per isolate. Throws naming the variables that are wrong, never their values. */
export function configFrom(env: object): Config {
  const known = parsed.get(env);
  if (known) return known;
  const config = parse(env);
  parsed.set(env, config);
  return config;
}
