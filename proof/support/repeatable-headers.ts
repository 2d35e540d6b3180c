/**
 * Headers for a Worker that is built with `repeatable.ts`: its time and seed; `cronHeader` makes it run a cron instead.
 */
export const clockHeader = 'Attack-Clock';
export const chanceHeader = 'Attack-Chance';
export const cronHeader = 'Attack-Cron';
