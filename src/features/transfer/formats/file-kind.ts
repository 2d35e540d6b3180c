const signatures: readonly [at: number, beginning: string, kind: string][] = [
  [0, '\x89PNG', 'a PNG image'],
  [0, '\xff\xd8\xff', 'a JPEG image'],
  [0, 'GIF8', 'a GIF image'],
  [0, '%PDF-', 'a PDF document'],
  [0, 'PK\x03\x04', 'a zip archive'],
  [0, '\x1f\x8b', 'a gzip archive'],
  [0, 'BZh', 'a bzip2 archive'],
  [0, '\xfd7zXZ\x00', 'an xz archive'],
  [0, '\x28\xb5\x2f\xfd', 'a zstd archive'],
  [0, '7z\xbc\xaf\x27\x1c', 'a 7z archive'],
  [0, 'Rar!\x1a\x07', 'a rar archive'],
  [257, 'ustar', 'a tar archive'],
  [8, '.FIT', 'a FIT file'],
];

const roots: ReadonlyMap<string, string> = new Map([
  ['gpx', 'a GPX file'],
  ['html', 'an HTML page'],
  ['svg', 'an SVG image'],
  ['kml', 'a KML file'],
  ['trainingcenterdatabase', 'a TCX file'],
]);

const prolog = /<!--[\s\S]*?-->|<\?[\s\S]*?\?>/g;
const root = /^\s*<(?:!doctype\s+)?([a-z]+)[\s>/]/i;

/**
 * Guesses what a file is, from its first bytes; undefined when they match nothing known.
 *
 * @param head some hundred bytes in any encoding that contains ASCII, also UTF-16.
 */
export function guessFileKind(head: Uint8Array): string | undefined {
  const bytes = String.fromCharCode(...head);
  const signature = signatures.find(([at, beginning]) => bytes.startsWith(beginning, at));
  if (signature) return signature[2];
  const text = String.fromCharCode(...head.filter((byte) => byte > 0 && byte < 0x80)).replaceAll(prolog, '');
  if (/^\s*[[{]/.test(text)) return 'JSON';
  return roots.get(root.exec(text)?.[1]?.toLowerCase() ?? '');
}
