import { fork } from 'node:child_process';
import { once } from 'node:events';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Refusal } from './refusal.ts';

export type WorkerSettings = {
  /** The wrangler configuration file. */
  config: string;
  port: number;
  vars: Record<string, string>;
  watch: boolean;
  persist: string;
};

export type WorkerLog = { level: string; message: string };

export type RunningWorker = {
  /** Resolves when `/health` answers 200. Rejects if the Worker ends before that. */
  untilReady(): Promise<void>;
  /** Resolves when the process has ended. */
  exited: Promise<void>;
  stop(): Promise<void>;
};

/** Starts the Worker in its own process. Its output goes to the terminal, and its log records to `onLog`. */
export function startWorker(settings: WorkerSettings, root: string, onLog: (log: WorkerLog) => void): RunningWorker {
  const child = fork(join(import.meta.dirname, 'worker-process.ts'), [JSON.stringify(settings)], {
    cwd: root,
    // Its own process group: Ctrl-C reaches only this process, which then stops everything in order.
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    execArgv: ['--disable-warning=ExperimentalWarning'],
    env: {
      ...process.env,
      // wrangler's build command must use the Node of this process.
      PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
      CLOUDFLARE_CF_FETCH_ENABLED: 'false',
      WRANGLER_SEND_METRICS: 'false',
      WRANGLER_WRITE_LOGS: 'false',
      // wrangler counts the rules of `public/_headers` at its default level.
      WRANGLER_LOG: 'error',
      // Tracing for wrangler's own explorer adds ten milliseconds to every request.
      X_LOCAL_OBSERVABILITY: 'false',
    },
  });
  const exited = once(child, 'exit').then(() => undefined);
  child.on('message', (message) => {
    if (isLog(message)) onLog(message);
  });

  return {
    exited,
    async untilReady() {
      const health = `http://127.0.0.1:${settings.port}/health`;
      await Promise.race([
        untilHealthy(health),
        exited.then(() => Promise.reject(new Refusal('The Worker did not start. The reason is above.'))),
      ]);
    },
    async stop() {
      if (child.connected) child.disconnect();
      await Promise.race([exited, sleep(5000, undefined, { ref: false })]);
      // workerd would continue to run if only its parent process were killed.
      if (child.pid !== undefined) killGroup(child.pid);
    },
  };
}

async function untilHealthy(url: string): Promise<void> {
  const giveUpAt = performance.now() + 60_000;
  for (;;) {
    const response = await fetch(url, { signal: AbortSignal.timeout(10_000) }).catch(() => undefined);
    if (response?.ok) return;
    if (response)
      throw new Refusal(`The Worker is not healthy: GET /health answered ${response.status}\n${await response.text()}`);
    if (performance.now() > giveUpAt) throw new Refusal(`The Worker did not answer at ${url} within a minute.`);
    await sleep(50);
  }
}

function killGroup(pid: number): void {
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
  } catch {
    // The process has already ended.
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

const isLog = (message: unknown): message is WorkerLog =>
  isRecord(message) && typeof message.level === 'string' && typeof message.message === 'string';

export const isWorkerSettings = (value: unknown): value is WorkerSettings =>
  isRecord(value) && typeof value.config === 'string' && typeof value.port === 'number' && isRecord(value.vars);
