import { styleText } from 'node:util';

/** Reports a finished part of the start. */
export type Progress = (part: string) => void;

/** Prints each finished part with the seconds since the start of this process. */
export const printProgress: Progress = (part) => {
  const seconds = `${(performance.now() / 1000).toFixed(1)} s`;
  console.log(`  ${styleText('green', '✓')} ${part.padEnd(24)}  ${styleText('dim', seconds.padStart(6))}`);
};
