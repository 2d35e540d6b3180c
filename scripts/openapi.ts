import { readFileSync, writeFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import { transformSync } from 'esbuild';

// Node strips types, but does not transform JSX.
registerHooks({
  load(url, context, nextLoad) {
    if (!url.endsWith('.tsx')) return nextLoad(url, context);
    const tsx = readFileSync(fileURLToPath(url), 'utf8');
    const { code } = transformSync(tsx, { loader: 'tsx', jsx: 'automatic', jsxImportSource: 'hono/jsx' });
    return { format: 'module', source: code, shortCircuit: true };
  },
});

const fromRoot = (path: string) => new URL(`../${path}`, import.meta.url);

// A dynamic import keeps the compiler from checking the Worker's sources with Node's types.
const { createWholeApp } = await import(fromRoot('src/app.ts').href);
const { openApiOf } = await import(fromRoot('src/http/document/document.ts').href);

const document = openApiOf(await createWholeApp({ now: () => new Date(), newId: () => crypto.randomUUID() }));
writeFileSync(fromRoot('openapi.json'), `${JSON.stringify(document, null, 2)}\n`);
