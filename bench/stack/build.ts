// Builds the Worker of this project, and that of another commit to compare it with.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../../local/stack/paths.ts';
import { buildBundle } from '../../scripts/bundle.ts';
import { runTool } from '../../scripts/tool.ts';
import { type Built, settingsOf } from './workerd.ts';

/** Builds the Worker of this project, as it is deployed to production. */
export async function buildWorker(): Promise<Built> {
  const { atStart, onUse } = await inFolder((folder) => buildBundle('production', folder));
  return { modules: [...atStart, ...onUse], settings: settingsOf() };
}

/** Builds the Worker of another commit with its own build, and with the packages that are installed here. */
export const buildWorkerOf = (commit: string): Promise<Built> =>
  inFolder(async (folder) => {
    const [project, built] = [join(folder, 'project'), join(folder, 'built')];
    execFileSync('git', ['worktree', 'add', '--quiet', '--detach', project, commit], { cwd: root });
    try {
      symlinkSync(join(root, 'node_modules'), join(project, 'node_modules'), 'dir');
      const flags = ['--dry-run', '--minify', '--env', 'production', '--outdir', built];
      const { ok, output } = await runTool('wrangler', ['deploy', ...flags], project);
      if (!ok) throw new Error(output);
      return { modules: modulesIn(built), settings: settingsOf(project) };
    } finally {
      execFileSync('git', ['worktree', 'remove', '--force', project], { cwd: root });
    }
  });

const isMain = (path: string): boolean => /^worker\.m?js$/.test(path);

function modulesIn(folder: string): { path: string; text: string }[] {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => /\.m?js$/.test(path));
  return paths
    .sort((a, b) => Number(isMain(b)) - Number(isMain(a)))
    .map((path) => ({ path, text: readFileSync(join(folder, path), 'utf8') }));
}

async function inFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'kairos-bundle-'));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
