import type { Guard } from '../../db/commit.ts';
import { type ExpectedVersions, requireVersion } from '../../db/version.ts';
import { users } from './user.table.ts';

/** The account is at one of the versions; it is locked at the stage of riders. */
export const requireRiderVersion = (id: string, expected: ExpectedVersions): Guard[] =>
  requireVersion(users, id, expected).map((guard) => ({ ...guard, stage: 'riders' }));
