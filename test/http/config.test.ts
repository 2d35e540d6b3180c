import { env } from 'cloudflare:workers';
import { describe, expect, test } from 'vitest';
import { configFrom, parts } from '../../src/config.ts';

const required = [
  'DATABASE_URL',
  'AUTH_KEYS',
  'TOKEN_SECRET',
  'LOCATION_SECRET',
  'RESEND_API_KEY',
  'MAIL_FROM',
  'API_URL',
  'WEB_URL',
  'LIMIT_LOGIN',
  'LIMIT_MAIL',
  'LIMIT_HEAVY',
  'LIMIT_API',
] as const;
const optional = [
  'DATABASE_ENDPOINT',
  'DATABASE_WAIT_MS',
  'RESEND_BASE_URL',
  'CORS_ORIGINS',
  'SECURITY_CONTACT',
  'DISCOVERY_MIN_ACCOUNT_AGE_H',
  'MAIL_BUDGET_PER_HOUR',
  'RESEND_WEBHOOK_SECRET',
  'LOCKOUT_ACCOUNT_FAILURES',
  'LOCKOUT_MAX_FAILURES',
  'LOCKOUT_NETWORK_FAILURES',
  'LOCKOUT_FIRST_WAIT_S',
  'LOCKOUT_LONGEST_WAIT_S',
  'GOOGLE_CLIENT_ID',
  'GOOGLE_CLIENT_SECRET',
  'GOOGLE_BASE_URL',
  'GITHUB_CLIENT_ID',
  'GITHUB_CLIENT_SECRET',
  'GITHUB_BASE_URL',
  'OAUTH_RETURN_URLS',
  'DISCLOSURES_PER_WEEK',
  'VIEWS_PER_WEEK',
  'VIEWS_PER_NETWORK_PER_WEEK',
  'CONNECTION_REQUESTS_PER_DAY',
  'REPORTS_PER_DAY',
  'JOURNEYS_PER_DAY',
  'IMPORTS_PER_DAY',
  'NOTIFICATIONS_KEPT_DAYS',
];

const canaryKey = { kty: 'EC', crv: 'P-256', kid: 'canary', x: 'a'.repeat(43), y: 'b'.repeat(43), d: 'c'.repeat(43) };

const values = Object.values(env).filter((value): value is string => typeof value === 'string' && value.length > 3);

function complaintAbout(bindings: Record<string, unknown>): string {
  try {
    configFrom({ ...env, ...bindings });
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return '';
}

describe('configuration [O7]', () => {
  test('every variable is in one of the two lists of this test', () => {
    const variables = Object.values(parts.shape).flatMap((part) => Object.keys(part.in.shape));
    expect([...required, ...optional].toSorted()).toEqual(variables.toSorted());
  });

  test.each(required)('a missing %s stops the start with an error that names only it', (name) => {
    const complaint = complaintAbout({ [name]: undefined });
    expect(complaint).toBe(`missing or invalid configuration: ${name}`);
  });

  test.each(required)('an empty %s counts as missing', (name) => {
    expect(complaintAbout({ [name]: '' })).toContain(name);
  });

  test.each(optional)('a missing %s does not stop the start', (name) => {
    expect(complaintAbout({ [name]: undefined })).toBe('');
  });

  test.each<[string, unknown]>([
    ['DATABASE_URL', 'canary://user:canary@host'],
    ['DATABASE_ENDPOINT', 'canary'],
    ['AUTH_KEYS', 'canary'],
    ['AUTH_KEYS', '{"keys":[]}'],
    ['AUTH_KEYS', '{"keys":[{"kty":"EC","kid":"canary"}]}'],
    ['AUTH_KEYS', '{"keys":[{"kty":"oct","kid":"canary","d":"canary","k":"canary"}]}'],
    ['AUTH_KEYS', JSON.stringify({ keys: [canaryKey, { ...canaryKey, x: 'd'.repeat(43) }] })],
    ['TOKEN_SECRET', 'canary'],
    ['TOKEN_SECRET', ','],
    ['TOKEN_SECRET', `${'x'.repeat(32)},canary`],
    ['LOCATION_SECRET', 'canary'],
    ['API_URL', 'canary'],
    ['WEB_URL', 'canary'],
    ['SECURITY_CONTACT', 'canary@kairos.test'],
    ['DISCOVERY_MIN_ACCOUNT_AGE_H', 'canary'],
    ['DISCOVERY_MIN_ACCOUNT_AGE_H', '-1'],
    ['RESEND_WEBHOOK_SECRET', 'whsec_'],
    ['RESEND_WEBHOOK_SECRET', 'canary0000000000000000000000000000000'],
    ['DATABASE_WAIT_MS', '0'],
    ['DATABASE_WAIT_MS', '2s'],
    ['MAIL_BUDGET_PER_HOUR', '0'],
    ['MAIL_BUDGET_PER_HOUR', 'many'],
    ...[
      'LOCKOUT_ACCOUNT_FAILURES',
      'LOCKOUT_MAX_FAILURES',
      'LOCKOUT_NETWORK_FAILURES',
      'LOCKOUT_FIRST_WAIT_S',
      'LOCKOUT_LONGEST_WAIT_S',
    ].flatMap((name): [string, unknown][] =>
      ['canary', '', '0', '-1', '2.5', '1e2', '999999999', 5].map((value) => [name, value]),
    ),
    ['LOCKOUT_MAX_FAILURES', '101'],
    ['LIMIT_API', 'canary'],
    ['LIMIT_API', null],
  ])('the error for an invalid %s (%s) has its name and not its value', (name, value) => {
    const complaint = complaintAbout({ [name]: value });
    expect(complaint).toContain(name);
    expect(complaint).not.toContain('canary');
    for (const other of values) expect(complaint).not.toContain(other);
  });

  test('a lockout whose first limit is above its maximum is refused by name [B4]', () => {
    expect(complaintAbout({ LOCKOUT_ACCOUNT_FAILURES: '20', LOCKOUT_MAX_FAILURES: '20' })).toBe('');
    expect(complaintAbout({ LOCKOUT_ACCOUNT_FAILURES: '20', LOCKOUT_MAX_FAILURES: '19' })).toContain(
      'LOCKOUT_ACCOUNT_FAILURES',
    );
    expect(complaintAbout({ LOCKOUT_FIRST_WAIT_S: '60', LOCKOUT_LONGEST_WAIT_S: '60' })).toBe('');
    expect(complaintAbout({ LOCKOUT_FIRST_WAIT_S: '60', LOCKOUT_LONGEST_WAIT_S: '59' })).toContain(
      'LOCKOUT_FIRST_WAIT_S',
    );
  });

  test('all invalid variables are named at once', () => {
    const complaint = complaintAbout({ AUTH_KEYS: 'x', TOKEN_SECRET: undefined, MAIL_FROM: '' });
    for (const name of ['AUTH_KEYS', 'TOKEN_SECRET', 'MAIL_FROM']) expect(complaint).toContain(name);
  });

  test('an empty or short secret does not fall back to a default [T21]', () => {
    for (const name of ['TOKEN_SECRET', 'LOCATION_SECRET', 'AUTH_KEYS'])
      for (const value of ['', ' ', 'x'.repeat(31)]) expect(complaintAbout({ [name]: value })).toContain(name);
  });
});
