import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { z } from 'zod';
import { root, runTool } from './tool.ts';

/** Our own limits, since a larger bundle starts more slowly. Cloudflare would allow far more. */
export const maxStartGzipBytes = 250_000;
export const maxUploadBytes = 2_500_000;

/** A module of the Worker: its path below the folder of the main module, and the source files in it. */
export type Module = { path: string; text: string; inputs: readonly string[] };

export type Bundle = {
  /** The modules that the runtime compiles at start: the main module first, and those that it imports statically. */
  atStart: readonly Module[];
  /** The modules that the runtime compiles on first use. */
  onUse: readonly Module[];
  startGzipBytes: number;
  /** The size of all modules, without their source maps. */
  uploadBytes: number;
};

/** Builds the files that a deployment to the environment would upload, into `folder`. */
export async function buildBundle(environment: 'staging' | 'production', folder: string): Promise<Bundle> {
  const { ok, output } = await runTool('wrangler', ['deploy', '--dry-run', '--env', environment, '--outdir', folder]);
  if (!ok) throw new Error(output);
  const outputs = readOutputs();
  const modules = new Map(
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.mjs'))
      .map((path) => [path, { path, text: readFileSync(join(folder, path), 'utf8'), inputs: inputsOf(outputs, path) }]),
  );
  const startPaths = staticImportsOf(outputs, mainPath);
  const atStart = startPaths.flatMap((path) => modules.get(path) ?? []);
  if (atStart.length < startPaths.length) throw new Error(`wrangler left out a module: ${startPaths.join(', ')}`);
  return {
    atStart,
    onUse: [...modules.values()].filter((module) => !atStart.includes(module)),
    startGzipBytes: atStart.reduce((sum, { text }) => sum + gzipSync(text, { level: 9 }).byteLength, 0),
    uploadBytes: [...modules.values()].reduce((sum, { text }) => sum + Buffer.byteLength(text), 0),
  };
}

const mainPath = 'worker.mjs';

const Output = z.object({
  imports: z.array(z.object({ path: z.string(), kind: z.string() })),
  inputs: z.record(z.string(), z.unknown()),
});
type Outputs = ReadonlyMap<string, z.infer<typeof Output>>;

/** What esbuild says of each file that it wrote into dist/, by its path in there. */
function readOutputs(): Outputs {
  const metafile: unknown = JSON.parse(readFileSync(join(root, 'dist/metafile.json'), 'utf8'));
  const { outputs } = z.object({ outputs: z.record(z.string(), Output) }).parse(metafile);
  return new Map(Object.entries(outputs).map(([path, output]) => [insideDist(path), output]));
}

const insideDist = (path: string): string => path.replace(/^dist\//, '');

const inputsOf = (outputs: Outputs, path: string): string[] => Object.keys(outputs.get(path)?.inputs ?? {});

/** A module and all that it imports statically, also through others. */
function staticImportsOf(outputs: Outputs, first: string): string[] {
  const found = new Set([first]);
  for (const path of found)
    for (const { path: imported, kind } of outputs.get(path)?.imports ?? [])
      if (kind === 'import-statement' && imported.startsWith('dist/')) found.add(insideDist(imported));
  return [...found];
}

export const kilobytes = (bytes: number): string => `${Math.round(bytes / 1_000)} kB`;

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = mkdtempSync(join(tmpdir(), 'kairos-bundle-'));
  const { startGzipBytes, uploadBytes } = await buildBundle('production', folder).finally(() =>
    rmSync(folder, { recursive: true, force: true }),
  );
  console.log(
    `${kilobytes(startGzipBytes)} gzip at start, maximum ${kilobytes(maxStartGzipBytes)}; ` +
      `${kilobytes(uploadBytes)} to upload, maximum ${kilobytes(maxUploadBytes)}`,
  );
  if (startGzipBytes > maxStartGzipBytes || uploadBytes > maxUploadBytes) process.exitCode = 1;
}
