export const idleDays = 60;
export const absoluteDays = 400;

const dayMs = 24 * 60 * 60 * 1_000;
export const daysAfter = (moment: Date, days: number): Date => new Date(moment.getTime() + days * dayMs);
