// Every npm script runs this first. It must run on old Node versions: ES2018, no dependencies.
import { existsSync, readFileSync } from 'node:fs';

function fail(message) {
  console.error(message);
  process.exit(1);
}

const needed = [22, 18];
const found = process.versions.node.split('.').map(Number);

if (found[0] < needed[0] || (found[0] === needed[0] && found[1] < needed[1])) {
  const version = needed.join('.');
  fail(
    [
      `Kairos needs Node ${version} or newer. This is Node ${process.versions.node} (${process.execPath}).`,
      '',
      'Linux and Windows:  npm install',
      '                    installs Node 24 into node_modules for the npm scripts. Do not pass --omit=optional.',
      'macOS:              brew install node',
      'anywhere:           nvm install && nvm use        (reads .nvmrc)',
    ].join('\n'),
  );
}

const root = new URL('../', import.meta.url);

if (!existsSync(new URL('node_modules', root))) fail('The packages are not installed. Run npm install first.');

const packagesOf = (lockfile) => JSON.parse(readFileSync(new URL(lockfile, root), 'utf8')).packages;

/** npm writes what it has installed into node_modules. Optional packages may be for other systems. */
function isInstalled() {
  const lockfile = 'node_modules/.package-lock.json';
  if (!existsSync(new URL(lockfile, root))) return false;
  const installed = packagesOf(lockfile);
  return Object.entries(packagesOf('package-lock.json')).every(
    ([path, { version, optional }]) =>
      path === '' || optional || (installed[path] && installed[path].version === version),
  );
}

if (!isInstalled()) fail('The installed packages are not those of package-lock.json. Run npm install first.');
