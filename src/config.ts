import { z } from 'zod';
import { lockoutConfig } from './features/auth/lockout.config.ts';
import { discoveryConfig } from './features/discovery/discovery.config.ts';
import { mailConfig } from './features/mail/mail.config.ts';
import { notificationConfig } from './features/notifications/notification.config.ts';
import { oauthConfig } from './features/oauth/oauth.config.ts';
import { reportConfig } from './features/reports/report.config.ts';
import { usageConfig } from './features/usage/usage.config.ts';
import { addressConfig, databaseConfig, keyConfig, limitConfig } from './platform.config.ts';

/** Each part reads its own variables from the same bindings. docs/configuration.md lists them in this order. */
export const parts = z.object({
  database: databaseConfig,
  keys: keyConfig,
  addresses: addressConfig,
  limits: limitConfig,
  mail: mailConfig,
  lockout: lockoutConfig,
  oauth: oauthConfig,
  discovery: discoveryConfig,
  reports: reportConfig,
  usage: usageConfig,
  notifications: notificationConfig,
});

export type Config = ReturnType<typeof parse>;

function parse(env: object) {
  const result = parts.safeParse(Object.fromEntries(Object.keys(parts.shape).map((part) => [part, env])));
  if (!result.success) {
    const names = new Set(result.error.issues.map(({ path: [_part, name] }) => String(name)));
    throw new Error(`missing or invalid configuration: ${[...names].join(', ')}`);
  }
  const { keys, addresses, discovery, reports, usage, notifications, ...rest } = result.data;
  return { ...rest, ...keys, ...addresses, ...discovery, ...reports, ...usage, ...notifications };
}

const parsed = new WeakMap<object, Config>();

/** Parses the bindings once per isolate. The error names the invalid variables and never contains their values. */
export function configFrom(env: object): Config {
  const known = parsed.get(env);
  if (known) return known;
  const config = parse(env);
  parsed.set(env, config);
  return config;
}
