import { z } from 'zod';
import { documentation, wholeNumber } from '../../lib/variables.ts';

const dayS = 24 * 60 * 60;

const variables = z
  .object({
    LOCKOUT_ACCOUNT_FAILURES: wholeNumber(1, 100).default(5).register(documentation, {
      kind: 'var',
      description: 'The number of wrong passwords in a row after which the next login to the account has to wait.',
    }),
    // NIST SP 800-63B-4, 3.2.2: no more than a hundred in a row, ever.
    LOCKOUT_MAX_FAILURES: wholeNumber(1, 100).default(100).register(documentation, {
      kind: 'var',
      description:
        'The number of wrong passwords in a row after which only a known device, a password reset or a sign-in provider gives access to the account. It cannot be more than 100.',
    }),
    LOCKOUT_NETWORK_FAILURES: wholeNumber(1, 100_000).default(50).register(documentation, {
      kind: 'var',
      description: 'The number of wrong passwords from one network after which that network waits.',
    }),
    LOCKOUT_FIRST_WAIT_S: wholeNumber(1, dayS).default(30).register(documentation, {
      kind: 'var',
      description: 'The first wait, in seconds. Each further wrong password doubles it.',
    }),
    LOCKOUT_LONGEST_WAIT_S: wholeNumber(1, dayS)
      .default(30 * 60)
      .register(documentation, { kind: 'var', description: 'The longest wait, in seconds.' }),
  })
  .superRefine((env, issues) => {
    const requireAtMost = (name: keyof typeof env, limit: keyof typeof env) => {
      if (env[name] > env[limit])
        issues.addIssue({ code: 'custom', path: [name], message: `must not be more than ${limit}` });
    };
    requireAtMost('LOCKOUT_ACCOUNT_FAILURES', 'LOCKOUT_MAX_FAILURES');
    requireAtMost('LOCKOUT_FIRST_WAIT_S', 'LOCKOUT_LONGEST_WAIT_S');
  })
  .describe('Wrong passwords');

export const lockoutConfig = variables.transform((env) => ({
  accountThreshold: env.LOCKOUT_ACCOUNT_FAILURES,
  networkThreshold: env.LOCKOUT_NETWORK_FAILURES,
  firstWaitSeconds: env.LOCKOUT_FIRST_WAIT_S,
  longestWaitSeconds: env.LOCKOUT_LONGEST_WAIT_S,
  maxFailures: env.LOCKOUT_MAX_FAILURES,
}));
