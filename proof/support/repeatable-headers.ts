/**
 * Headers for a Worker that is built with `repeatable.ts`. The first two set its clock and the seed of its random
 * numbers. With `cronHeader` it runs a cron job and does not handle the request.
 */
export const clockHeader = 'Attack-Clock';
export const seedHeader = 'Attack-Chance';
export const cronHeader = 'Attack-Cron';
