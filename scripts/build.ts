// The build command of wrangler.toml: bundles the Worker into dist/ and copies the assets of the documentation.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Metafile } from 'esbuild';
import { copyAssets } from './copy-assets.ts';
import { root } from './tool.ts';

/** The folder of the built Worker, which wrangler uploads. */
export const distFolder = join(root, 'dist');

/** Modules whose unused parts the bundler cannot find. Each file says what it leaves out. */
const alias = {
  zod: './src/lib/zod-without-languages.ts',
  'postal-mime': './src/lib/no-postal-mime.ts',
  crypto: './src/lib/no-node-crypto.ts',
};

/**
 * Builds src/worker.ts with one chunk for what starts, and one for each module that is imported on first use. wrangler
 * alone would put all of them into one file, which the runtime compiles at start.
 */
export async function buildWorker(): Promise<Metafile> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: ['src/worker.ts'],
    outdir: distFolder,
    outExtension: { '.js': '.mjs' },
    chunkNames: 'chunks/[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    target: 'es2024',
    minify: true,
    sourcemap: true,
    // A stack trace needs only the places.
    sourcesContent: false,
    metafile: true,
    write: false,
    alias,
    conditions: ['workerd', 'worker', 'browser'],
    mainFields: ['browser', 'module', 'main'],
    external: ['node:*', 'cloudflare:*'],
  });
  const metafileText = JSON.stringify(metafile);
  replaceFolder(distFolder, [
    ...outputFiles.map(({ path, contents }) => ({ path, contents })),
    { path: join(distFolder, 'metafile.json'), contents: new TextEncoder().encode(metafileText) },
  ]);
  return metafile;
}

/**
 * Writes only what differs, since another process may be starting the same build. wrangler uploads every script of the
 * folder, so those of an earlier build are deleted.
 */
function replaceFolder(folder: string, files: readonly { path: string; contents: Uint8Array }[]): void {
  for (const { path, contents } of files) {
    if (existsSync(path) && readFileSync(path).equals(contents)) continue;
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, contents);
  }
  const current = new Set(files.map(({ path }) => relative(folder, path)));
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && !current.has(relative(folder, path))) rmSync(path);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  copyAssets();
  await buildWorker();
}
