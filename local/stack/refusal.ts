/** An error that the user of the command can correct. It is shown as a sentence, without a stack. */
export class Refusal extends Error {}

/** Prints an error and ends the process with exit code 1. Only a bug is printed with its stack. */
export function fail(error: unknown): never {
  console.error(describe(error));
  process.exit(1);
}

export const describe = (error: unknown): string => {
  if (error instanceof Refusal) return `\n${error.message}\n`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
};
