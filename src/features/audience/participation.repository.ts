import { eq, type SQL, sql } from 'drizzle-orm';
import { type Given, prepare } from '../../db/prepared.ts';
import { users } from '../users/user.table.ts';
import type { ParticipationFault } from './participation.rules.ts';

export const selectParticipant = prepare((db, { riderId }: Given<{ riderId: string }>) =>
  db
    .select({ isAdult: users.isAdult, role: users.role, isOnShow: users.isOnShow, createdAt: users.createdAt })
    .from(users)
    .where(eq(users.id, riderId)),
);

const holds = (riderId: string, condition: SQL): SQL => sql`
  select ${condition} from ${users} where ${users.id} = ${riderId}`;

/** True where the rider does not have the fault. */
export const lacksFault = (riderId: string, fault: ParticipationFault, joinedBy: Date): SQL =>
  holds(
    riderId,
    {
      not_adult: sql`${users.isAdult}`,
      guest: sql`${users.role} <> 'guest'`,
      account_too_young: sql`${users.createdAt} <= ${joinedBy.toISOString()}`,
      hidden: sql`${users.isOnShow}`,
    }[fault],
  );
