import { setTimeout as sleep } from 'node:timers/promises';
import { describe } from './refusal.ts';

export type Lifecycle = {
  /** Runs the steps and ends the process. The first call decides the exit code. */
  end(code: number): Promise<never>;
  isEnding(): boolean;
};

const stepMs = 10_000;

/** Runs the steps in order on Ctrl-C, SIGTERM, a closed terminal, and when the parent npm is gone. */
export function createLifecycle(steps: readonly (() => unknown)[]): Lifecycle {
  let ending: Promise<never> | undefined;

  async function shutDown(code: number): Promise<never> {
    for (const step of steps) {
      try {
        await Promise.race([step(), sleep(stepMs, undefined, { ref: false })]);
      } catch (error) {
        console.error(describe(error));
      }
    }
    process.exit(code);
  }

  const end = (code: number): Promise<never> => {
    ending ??= shutDown(code);
    return ending;
  };

  // npm forwards signals too, so each signal may arrive twice.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void end(0));
  if (process.env.npm_lifecycle_event !== undefined) onParentGone(() => void end(0));

  return { end, isEnding: () => ending !== undefined };
}

/** A shell between npm and this process ends at SIGTERM without forwarding it. */
function onParentGone(act: () => void): void {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    act();
  }, 500);
  timer.unref();
}
