/** The most direct tests of each source come first, since the first failure ends a run. */
const tests = {
  'src/lib/access-token.ts': [
    'features/auth/access-token-forgery',
    'features/auth/access-token-claims',
    'features/auth/keys',
  ],
  'src/lib/refresh-token.ts': ['lib/refresh-token', 'features/auth/refresh-forgery'],
  'src/lib/api-key.ts': ['features/api-keys/api-keys'],
  'src/lib/device-token.ts': [
    'lib/device-token',
    'features/sessions/new-device',
    'features/auth/cookies',
    'features/auth/lockout',
  ],
  'src/lib/password-hash.ts': ['lib/password-hash', 'features/auth/passwords', 'features/auth/predecessor'],
  'src/lib/bcrypt-hash.ts': ['lib/password-hash', 'features/auth/predecessor'],
  'src/lib/keys.ts': ['lib/keys', 'lib/refresh-token'],
  'src/lib/seal.ts': ['features/mail/outbox', 'features/auth/verification'],
  'src/lib/base64url.ts': ['lib/base64url'],
  'src/lib/network.ts': ['lib/network', 'http/client-address'],
  'src/lib/email-address.ts': ['lib/email-address', 'features/auth/addresses'],
  'src/lib/decode-text.ts': ['lib/decode-text', 'features/transfer/import-text', 'features/transfer/gpx-limits.format'],

  'src/context.ts': ['features/admin/roles', 'contract/access', 'features/api-keys/api-keys'],
  'src/http/authenticate.ts': [
    'features/api-keys/api-keys',
    'features/auth/access-token-claims',
    'features/auth/cookies',
    'features/admin/roles',
    'contract/access',
    'contract/document',
    'features/auth/sessions',
  ],
  'src/http/credentials.ts': ['contract/access', 'contract/document'],
  'src/http/token-cookies.ts': ['features/auth/cookies', 'features/sessions/new-device'],
  'src/http/browser-cookie.ts': ['features/oauth/flow'],
  'src/http/headers.ts': ['http/headers', 'http/cross-origin'],
  'src/features/auth/lockout.rules.ts': ['features/auth/lockout', 'features/auth/upkeep'],
  'src/features/auth/attempt.service.ts': ['features/auth/lockout', 'features/auth/upkeep'],
  'src/features/auth/attempt.writes.ts': ['features/auth/lockout', 'features/users/deletion'],
  'src/features/auth/password.rules.ts': ['features/auth/passwords', 'features/auth/password'],
  'src/features/oauth/sign-in.rules.ts': ['features/oauth/accounts'],

  'src/db/cursor.ts': ['http/pagination', 'features/journeys/list'],
  'src/http/body.ts': ['http/body-size', 'http/media-types', 'contract/input'],
  'src/http/text.ts': ['http/json', 'http/addresses'],
  'src/http/url.ts': ['http/addresses'],
  'src/http/etag.ts': ['contract/versions'],
  'src/http/idempotency.ts': ['features/idempotency/idempotency', 'contract/idempotency'],
  'src/http/pagination.ts': ['http/pagination', 'http/values'],
  'src/http/values.ts': ['http/values', 'features/markers/shape', 'features/markers/list'],
  'src/features/transfer/formats/columns.ts': ['features/transfer/gpx.format', 'features/transfer/gpx-limits.format'],
  'src/features/transfer/formats/gpx.ts': [
    'features/transfer/gpx.format',
    'features/transfer/gpx-values.format',
    'features/transfer/gpx-refusals.format',
  ],
  'src/features/transfer/formats/lines.ts': [
    'features/transfer/gpx.format',
    'features/transfer/gpx-values.format',
    'features/transfer/gpx-limits.format',
    'features/transfer/gpx-refusals.format',
  ],
  'src/features/transfer/formats/file-kind.ts': ['features/transfer/gpx-refusals.format'],
  'src/features/transfer/formats/receipt.ts': ['features/transfer/gpx.format', 'features/transfer/gpx-limits.format'],
  'src/features/transfer/formats/waypoints.ts': [
    'features/transfer/gpx.format',
    'features/transfer/gpx-values.format',
    'features/transfer/gpx-limits.format',
    'features/transfer/gpx-refusals.format',
  ],
  'src/features/transfer/formats/xml.ts': [
    'features/transfer/gpx-refusals.format',
    'features/transfer/gpx-limits.format',
    'features/transfer/gpx.format',
  ],
  'src/features/transfer/formats/xml-outline.ts': [
    'features/transfer/gpx.format',
    'features/transfer/gpx-refusals.format',
    'features/transfer/gpx-limits.format',
  ],
  'src/features/transfer/formats/xml-values.ts': ['features/transfer/gpx-values.format'],
} as const satisfies Record<string, readonly string[]>;

/** The tests that must fail for a mutant of each source. Other tests may run the source too. */
export const testsOf: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries(tests).map(([source, names]) => [source, names.map((name) => `test/${name}.test.ts`)]),
);
