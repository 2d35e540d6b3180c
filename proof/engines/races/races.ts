import { accountRaces } from './account.ts';
import { meetingRaces } from './meeting.ts';
import type { Race } from './race.ts';
import { signInRaces } from './sign-in.ts';

/** Everything that may succeed only once, from the section of docs/security.md on simultaneous requests. */
export const races: readonly Race[] = [...signInRaces, ...accountRaces, ...meetingRaces];
