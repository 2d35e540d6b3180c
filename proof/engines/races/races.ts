import { accountRaces } from './account.ts';
import { meetingRaces } from './meeting.ts';
import type { Race } from './race.ts';
import { signInRaces } from './sign-in.ts';

/** Everything of which there may be one, from the section of docs/security.md on what happens at the same moment. */
export const races: readonly Race[] = [...signInRaces, ...accountRaces, ...meetingRaces];
