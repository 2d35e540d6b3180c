import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { root } from './tool.ts';

const target = join(root, 'public/docs');

const folderOf = (name: string): string => dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));

/**
 * Copies Swagger UI and Redoc into our own assets, with their licences, so that /docs and /redoc load nothing from other
 * hosts and work with a strict CSP.
 */
export function copyAssets(): void {
  mkdirSync(target, { recursive: true });
  const swagger = folderOf('swagger-ui-dist');
  for (const file of ['swagger-ui-bundle.js', 'swagger-ui-bundle.js.LICENSE.txt', 'swagger-ui.css'])
    cpSync(join(swagger, file), join(target, file));
  cpSync(join(swagger, 'LICENSE'), join(target, 'swagger-ui.LICENSE.txt'));

  const redoc = folderOf('redoc');
  cpSync(join(redoc, 'LICENSE'), join(target, 'redoc.LICENSE.txt'));
  const bundle = 'bundles/redoc.standalone.js';
  cpSync(join(redoc, `${bundle}.LICENSE.txt`), join(target, 'redoc.standalone.js.LICENSE.txt'));
  // An empty image instead of the logo, which Redoc loads from its own host, is hidden by Redoc.
  const script = readFileSync(join(redoc, bundle), 'utf8').replace(
    'https://cdn.redoc.ly/redoc/logo-mini.svg',
    'data:,',
  );
  writeFileSync(join(target, 'redoc.standalone.js'), script);
}
