import { spawnSync } from 'node:child_process';
import { join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createVitest, type TestSpecification, type Vite, type Vitest } from 'vitest/node';
import { root } from '../../../local/stack/paths.ts';
import config from '../../../vitest.config.ts';
import type { Mutant } from './mutate.ts';

export type Result = 'passed' | 'failed' | 'timed out';

/** Runs tests of the Worker repeatedly, with one database and a new Worker for each run. */
export type Suite = {
  /** Measures the tests without a mutant, and throws if one of them fails. */
  time(tests: readonly string[]): Promise<ReadonlyMap<string, number>>;
  run(tests: readonly string[], mutant: Mutant, limitMs: number): Promise<Result>;
  close(): Promise<void>;
};

const closingMs = 30_000;

class InGivenOrder {
  sort = (files: TestSpecification[]) => files;
  shard = (files: TestSpecification[]) => files;
}

function start(plugin: Vite.Plugin): Promise<Vitest> {
  const [worker] = config.test?.projects ?? [];
  if (typeof worker !== 'object' || worker instanceof Promise)
    throw new Error('the first project of vitest.config.ts must be an object');
  return createVitest('test', {
    root,
    config: false,
    watch: false,
    bail: 1,
    silent: true,
    reporters: [{}],
    sequence: { sequencer: InGivenOrder },
    // The cache on disk ignores the changes of a plugin.
    projects: [{ ...worker, plugins: [worker.plugins, plugin], test: { ...worker.test, fsModuleCache: false } }],
  });
}

export function createSuite(): Suite {
  let active: Mutant | undefined;
  let running: Promise<Vitest> | undefined;
  const plugin: Vite.Plugin = {
    name: 'mutants',
    enforce: 'pre',
    transform: (_, id) => (active && id === join(root, active.file) ? active.mutated : undefined),
  };

  async function runOnce(tests: readonly string[]) {
    running ??= start(plugin);
    const vitest = await running;
    if (active) vitest.invalidateFile(join(root, active.file));
    const specifications = vitest.projects.flatMap((project) =>
      tests.map((test) => project.createSpecification(join(root, test))),
    );
    const { testModules, unhandledErrors } = await vitest.runTestSpecifications(specifications);
    // The result includes modules of earlier runs.
    const own = testModules.filter(({ moduleId }) => specifications.some((one) => one.moduleId === moduleId));
    return { modules: own, isPassed: own.every((module) => module.ok()) && unhandledErrors.length === 0 };
  }

  /** Kills a Worker in an endless loop, which `vitest.close` cannot stop. */
  async function close(): Promise<void> {
    const closing = running?.then((vitest) => vitest.close());
    running = undefined;
    await Promise.race([closing, sleep(closingMs, undefined, { ref: false })]);
    spawnSync('pkill', ['-KILL', '-P', String(process.pid), '-f', 'workerd']);
  }

  return {
    close,
    async time(tests) {
      const { modules, isPassed } = await runOnce(tests);
      const failed = modules.filter((module) => !module.ok()).map(({ moduleId }) => moduleId);
      if (!isPassed) throw new Error(`tests that fail without a mutant: ${failed.join(', ')}`);
      return new Map(modules.map((module) => [relative(root, module.moduleId), module.diagnostic().duration]));
    },
    async run(tests, mutant, limitMs) {
      active = mutant;
      const ended = new AbortController();
      const late = sleep(limitMs, undefined, { signal: ended.signal });
      late.catch(() => undefined);
      const outcome = await Promise.race([runOnce(tests), late]);
      ended.abort();
      if (!outcome) await close();
      else (await running)?.invalidateFile(join(root, mutant.file));
      active = undefined;
      if (!outcome) return 'timed out';
      return outcome.isPassed ? 'passed' : 'failed';
    },
  };
}
