import type { Guard } from '../../db/commit.ts';
import { type ExpectedVersions, requireVersion } from '../../db/version.ts';
import { users } from './user.table.ts';

/** The account has one of the expected versions. The guard runs in the stage that locks riders. */
export const requireRiderVersion = (id: string, expected: ExpectedVersions): Guard[] =>
  requireVersion(users, id, expected).map((guard) => ({ ...guard, stage: 'riders' }));
