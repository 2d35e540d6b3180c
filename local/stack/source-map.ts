import { readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { dirname, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from './paths.ts';

/** Replaces places in the bundle with places in the sources in a stack trace. */
export function mapStack(text: string): string {
  return text.replace(
    /(file:\/\/\/[^\s()]+\.m?js):(\d+):(\d+)/g,
    (place, url: string, line: string, column: string) => {
      const bundle = fileURLToPath(url);
      const origin = load(`${bundle}.map`)?.findOrigin(Number(line), Number(column));
      if (!origin || !('fileName' in origin)) return place;
      return `${relative(root, resolve(dirname(bundle), origin.fileName))}:${origin.lineNumber}:${origin.columnNumber}`;
    },
  );
}

function load(file: string): SourceMap | undefined {
  try {
    return new SourceMap(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return undefined;
  }
}
