// Every npm script runs this first. It must run on old Node versions: ES2018, no dependencies.
import { existsSync } from 'node:fs';

const needed = [22, 18];
const found = process.versions.node.split('.').map(Number);

if (found[0] < needed[0] || (found[0] === needed[0] && found[1] < needed[1])) {
  const version = needed.join('.');
  console.error(
    [
      `Kairos needs Node ${version} or newer. This is Node ${process.versions.node} (${process.execPath}).`,
      '',
      'Linux and Windows:  npm install',
      '                    installs Node 24 into node_modules for the npm scripts. Do not pass --omit=optional.',
      'macOS:              brew install node',
      'anywhere:           nvm install && nvm use        (reads .nvmrc)',
    ].join('\n'),
  );
  process.exit(1);
}

if (!existsSync(new URL('../node_modules', import.meta.url))) {
  console.error('The packages are not installed. Run npm install first.');
  process.exit(1);
}
