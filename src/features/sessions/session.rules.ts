export const idleDays = 60;
export const absoluteDays = 400;
/** An ended session is kept for this long, because its device is still known. */
export const revokedDays = 30;
export const maxSessions = 50;

const dayMs = 24 * 60 * 60 * 1_000;
export const daysAfter = (moment: Date, days: number): Date => new Date(moment.getTime() + days * dayMs);

/** Two copies of a request within this time are one request that was sent twice. */
export const uncountedReuseSeconds = 10;
/** After that time, the parent of a token that was never used is accepted this many times. */
export const maxReuse = 10;
