import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { runTool } from './tool.ts';

/** Start-up time grows with it; Cloudflare would take far more. */
export const maxGzipBytes = 350_000;

/** `inputs` are the files that went into it, as paths from the project's folder. */
export type Bundle = { folder: string; script: string; gzipBytes: number; inputs: string[] };

/** Builds into `folder` what deploying to the environment would upload. */
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

/** esbuild's own account of what it bundled. */
function inputsOf(metafile: unknown): string[] {
  if (typeof metafile !== 'object' || metafile === null || !('inputs' in metafile)) throw new Error('no metafile');
  return Object.keys(metafile.inputs ?? {});
}

export const kilobytes = (bytes: number): string => `${Math.round(bytes / 1_000)} kB`;

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = mkdtempSync(join(tmpdir(), 'kairos-bundle-'));
  const { gzipBytes } = await buildBundle('production', folder).finally(() =>
    rmSync(folder, { recursive: true, force: true }),
  );
  console.log(`${kilobytes(gzipBytes)} gzip of at most ${kilobytes(maxGzipBytes)}`);
  if (gzipBytes > maxGzipBytes) process.exitCode = 1;
}
