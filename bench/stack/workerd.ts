// Runs a bundle in workerd directly, without wrangler's proxy.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { unstable_readConfig as readConfig } from 'wrangler';
import { z } from 'zod';
import { root } from '../../local/stack/paths.ts';

const { default: binary, version } = z
  .object({ default: z.string(), version: z.string() })
  .parse(createRequire(import.meta.resolve('wrangler'))('workerd'));

export const workerdVersion = version;

export type Worker = { url: string; pid: number; startedAt: number; stop: () => Promise<void> };

const Listening = z.object({ event: z.literal('listen'), port: z.int() });
const Settings = z.object({
  compatibility_date: z.string(),
  compatibility_flags: z.array(z.string()),
  ratelimits: z.array(z.object({ name: z.string() })),
});
type Settings = z.infer<typeof Settings>;

/** Reads the settings from the wrangler.toml of a project. */
export const settingsOf = (project = root): Settings =>
  Settings.parse(readConfig({ config: join(project, 'wrangler.toml') }, { hideWarnings: true }));

/** What workerd itself costs. */
export const smallestWorker: Built = {
  modules: [{ path: 'worker.mjs', text: `export default { fetch: () => Response.json({ status: 'ok' }) };` }],
  settings: settingsOf(),
};

/** The modules of a Worker, the main module first, and what workerd must know of wrangler.toml. */
export type Built = { modules: readonly { path: string; text: string }[]; settings: Settings };

/**
 * Starts a Worker with these bindings. The rate limiters allow every request, since the bench measures the code behind
 * them.
 */
export async function startWorkerd(built: Built, bindings: Readonly<Record<string, string>>): Promise<Worker> {
  const folder = mkdtempSync(join(tmpdir(), 'kairos-workerd-'));
  for (const { path, text } of built.modules) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  writeFileSync(join(folder, 'config.capnp'), configOf(built, bindings), { mode: 0o600 });

  const startedAt = performance.now();
  const child = spawn(binary, ['serve', '--control-fd=3', join(folder, 'config.capnp')], {
    // The log is discarded, like that of the peers. Errors at the start are shown.
    stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
  });
  const clear = () => {
    child.kill();
    rmSync(folder, { recursive: true, force: true });
  };
  // workerd would outlive this process.
  process.once('exit', clear);
  const stop = async () => {
    const exited = child.exitCode === null ? once(child, 'exit') : undefined;
    clear();
    await exited;
    process.removeListener('exit', clear);
  };
  try {
    const port = await portOf(child);
    return { url: `http://127.0.0.1:${port}`, pid: child.pid ?? 0, startedAt, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function portOf(child: ChildProcess): Promise<number> {
  // The control pipe, fourth in `stdio` above.
  const lines = createInterface({ input: child.stdio[3] as Readable });
  for await (const line of lines) {
    const event = Listening.safeParse(JSON.parse(line));
    if (event.success) return event.data.port;
  }
  throw new Error('workerd ended before it listened');
}

/** Strings in Cap'n Proto text are like those in JSON. */
const quoted = (text: string): string => JSON.stringify(text);

function configOf({ modules, settings }: Built, bindings: Readonly<Record<string, string>>): string {
  const { compatibility_date, compatibility_flags, ratelimits } = settings;
  const embedded = modules.map(({ path }) => `(name = ${quoted(path)}, esModule = embed ${quoted(path)})`);
  const given = [
    ...Object.entries(bindings).map(([name, value]) => `(name = ${quoted(name)}, text = ${quoted(value)})`),
    ...ratelimits.map(({ name }) => `(name = ${quoted(name)}, wrapped = (moduleName = "bench:limiter"))`),
  ];
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = (
      modules = [${embedded.join(',\n        ')}],
      compatibilityDate = ${quoted(compatibility_date)},
      compatibilityFlags = [${compatibility_flags.map(quoted).join(', ')}],
      bindings = [${given.join(',\n        ')}],
      globalOutbound = "local",
    )),
    (name = "local", network = (allow = ["local"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
  extensions = [(modules = [(
    name = "bench:limiter", internal = true,
    esModule = "export default () => ({ limit: async () => ({ success: true }) })",
  )])],
);
`;
}
