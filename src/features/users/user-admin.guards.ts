import type { Guard } from '../../db/commit.ts';
import { lastAdmin } from './user.errors.ts';
import { hasOtherAdmin, lockAdminRows } from './user-admin.repository.ts';

/** An admin other than this rider exists. Where the rider is an admin, all admins are locked. */
export const requireOtherAdmin = (id: string): Guard[] => [
  { stage: 'riders', condition: lockAdminRows(id), error: lastAdmin },
  { stage: 'state', condition: hasOtherAdmin(id), error: lastAdmin },
];
