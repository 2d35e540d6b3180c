import { spawn } from 'node:child_process';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '..');

/** Paths of scripts, since `.bin` contains shell scripts on some systems. */
const tools = {
  biome: '@biomejs/biome/bin/biome',
  'drizzle-kit': 'drizzle-kit/bin.cjs',
  tsc: 'typescript/bin/tsc',
  wrangler: 'wrangler/bin/wrangler.js',
} as const;

export type Tool = keyof typeof tools;

/** Keeps wrangler from sending metrics and fetching data. */
const quiet = { WRANGLER_SEND_METRICS: 'false', CLOUDFLARE_CF_FETCH_ENABLED: 'false', NO_COLOR: '1' };

export type Outcome = { ok: boolean; output: string };

/** Runs a tool in the folder of a project, without a terminal. */
export const runTool = (tool: Tool, args: readonly string[], project = root): Promise<Outcome> =>
  runNode([join('node_modules', tools[tool]), ...args], project);

/** Runs a tool and prints its output. */
export async function showTool(tool: Tool, args: readonly string[]): Promise<string> {
  const { output } = await runTool(tool, args);
  console.log(output.trim());
  return output;
}

/** Whether drizzle-kit found no changes. Its exit code does not help, since it is 0 even after a failure. */
export const saysNoChange = (output: string): boolean => output.includes('No schema changes');

export function runNode(args: readonly string[], project = root): Promise<Outcome> {
  const { FORCE_COLOR: _, ...env } = process.env;
  const child = spawn(process.execPath, args, {
    cwd: project,
    env: { ...env, ...quiet },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return new Promise((resolve, reject) => {
    let output = '';
    const collect = (chunk: Buffer): void => {
      output += chunk.toString();
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.once('error', reject);
    child.once('close', (code) => resolve({ ok: code === 0, output }));
  });
}
