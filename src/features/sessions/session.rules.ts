export const idleDays = 60;
export const absoluteDays = 400;
/** So long a session that was ended is kept: its device is still a known one. */
export const revokedDays = 30;
export const maxSessions = 50;

const dayMs = 24 * 60 * 60 * 1_000;
export const daysAfter = (moment: Date, days: number): Date => new Date(moment.getTime() + days * dayMs);

/** Copies of a request within so many seconds are one request sent twice. */
export const uncountedReuseSeconds = 10;
/** How often the parent of a token that was never presented may come back after that. */
export const maxReuse = 10;
