import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Extension } from '@electric-sql/pglite';
import { postgis as complete } from '@electric-sql/pglite-postgis';

const block = 512;

/** PostGIS without raster, topology and geocoder: a start takes half the time and 300 MB less memory. */
export function postgis(cachedBundle: string): Extension {
  return {
    name: complete.name,
    async setup(pglite, options) {
      const setup = await complete.setup(pglite, options);
      if (setup.bundlePath && !existsSync(cachedBundle)) writeCore(setup.bundlePath, cachedBundle);
      return { ...setup, bundlePath: pathToFileURL(cachedBundle) };
    },
  };
}

function writeCore(bundle: URL, file: string): void {
  const core = entries(gunzipSync(readFileSync(bundle))).filter(({ name }) => isCore(name));
  if (!core.some(({ name }) => name.endsWith('.so')))
    throw new Error(`${bundle.pathname} does not contain PostGIS at the expected path`);

  const archive = Buffer.concat([...core.map(({ bytes }) => bytes), Buffer.alloc(2 * block)]);
  const draft = `${file}.${process.pid}`;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(draft, gzipSync(archive, { level: 1 }));
  renameSync(draft, file);
}

const isCore = (name: string): boolean =>
  name.startsWith('share/proj/') ||
  name === 'lib/postgresql/postgis-3.so' ||
  /^share\/postgresql\/extension\/postgis(--[\d.]+)?\.(sql|control)$/.test(name);

/** The entries of a tar file, each with header and padding, so that some of them can be joined to a new archive. */
function entries(archive: Buffer): { name: string; bytes: Buffer }[] {
  const found = [];
  for (let offset = 0; offset < archive.length && archive[offset] !== 0; ) {
    const size = Number.parseInt(archive.toString('latin1', offset + 124, offset + 136), 8);
    const end = offset + block + Math.ceil(size / block) * block;
    const name = archive.toString('latin1', offset, offset + 100).replace(/\0.*$/s, '');
    found.push({ name, bytes: archive.subarray(offset, end) });
    offset = end;
  }
  return found;
}
