/** Something the person at the terminal can put right: shown as a sentence, without a stack. */
export class Refusal extends Error {}

/** Ends the process with 1, telling a refusal as it is and a bug with its stack. */
export function fail(error: unknown): never {
  console.error(describe(error));
  process.exit(1);
}

export const describe = (error: unknown): string => {
  if (error instanceof Refusal) return `\n${error.message}\n`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
};
