import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { runTool } from './tool.ts';

/** Our own limit, since a larger bundle starts more slowly. Cloudflare would allow far more. */
export const maxGzipBytes = 350_000;

/** `inputs` are the bundled files, as paths relative to the project. */
export type Bundle = { folder: string; script: string; gzipBytes: number; inputs: string[] };

/** Builds the files that a deployment to the environment would upload, into `folder`. */
export async function buildBundle(environment: 'staging' | 'production', folder: string): Promise<Bundle> {
  const flags = ['--dry-run', '--minify', '--metafile', '--env', environment, '--outdir', folder];
  const { ok, output } = await runTool('wrangler', ['deploy', ...flags]);
  if (!ok) throw new Error(output);
  const script = readFileSync(join(folder, 'worker.js'), 'utf8');
  return {
    folder,
    script,
    gzipBytes: gzipSync(script, { level: 9 }).byteLength,
    inputs: inputsOf(JSON.parse(readFileSync(join(folder, 'bundle-meta.json'), 'utf8'))),
  };
}

/** The bundled files, from the metafile of esbuild. */
function inputsOf(metafile: unknown): string[] {
  if (typeof metafile !== 'object' || metafile === null || !('inputs' in metafile))
    throw new Error('bundle-meta.json has no inputs');
  return Object.keys(metafile.inputs ?? {});
}

export const kilobytes = (bytes: number): string => `${Math.round(bytes / 1_000)} kB`;

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = mkdtempSync(join(tmpdir(), 'kairos-bundle-'));
  const { gzipBytes } = await buildBundle('production', folder).finally(() =>
    rmSync(folder, { recursive: true, force: true }),
  );
  console.log(`${kilobytes(gzipBytes)} gzip, maximum ${kilobytes(maxGzipBytes)}`);
  if (gzipBytes > maxGzipBytes) process.exitCode = 1;
}
