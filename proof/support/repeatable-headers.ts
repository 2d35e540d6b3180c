/** What a Worker built with `repeatable.ts` is told with each request; `cronHeader` asks for a cron run in its place. */
export const clockHeader = 'Attack-Clock';
export const chanceHeader = 'Attack-Chance';
export const cronHeader = 'Attack-Cron';
