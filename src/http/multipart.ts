import { missingFile } from './errors.ts';

const maxHeadBytes = 8 * 1024;
const boundaryOf = /;\s*boundary=(?:"([^"]{1,70})"|([^\s;,"]{1,70}))/i;
const isFileHead = /^content-disposition:\s*form-data\s*;(?:[^\r\n]*;)?\s*name="?file"?\s*(?:;|$)/im;

const ascii = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
const headEnd = ascii('\r\n\r\n');
const formEnd = ascii('--');

/**
 * The bytes of the first field `file` of a multipart form (RFC 7578), as they come, so that only a piece of the form is
 * in memory. Other fields are skipped.
 */
export async function* readFormFile(bytes: AsyncIterable<Uint8Array>, contentType: string): AsyncGenerator<Uint8Array> {
  const [, quoted, plain] = boundaryOf.exec(contentType) ?? [];
  const boundary = quoted ?? plain;
  if (boundary === undefined) throw missingFile();
  const delimiter = ascii(`\r\n--${boundary}`);
  let part: 'skipped' | 'head' | 'file' = 'skipped';
  // The first delimiter has no line break before it.
  let held = ascii('\r\n');

  for await (const chunk of bytes) {
    held = join(held, chunk);
    for (;;) {
      const end = indexOf(held, part === 'head' ? headEnd : delimiter);
      if (part === 'head') {
        if (end < 0 && (held.length > maxHeadBytes || startsWith(held, formEnd))) throw missingFile();
        if (end < 0) break;
        part = isFileHead.test(String.fromCharCode(...held.subarray(0, Math.min(end, maxHeadBytes))))
          ? 'file'
          : 'skipped';
        held = held.subarray(end + headEnd.length);
        continue;
      }
      const known = end < 0 ? Math.max(0, held.length - delimiter.length + 1) : end;
      if (part === 'file' && known > 0) yield held.subarray(0, known);
      if (part === 'file' && end >= 0) return;
      held = held.subarray(end < 0 ? known : end + delimiter.length);
      if (end < 0) break;
      part = 'head';
    }
  }
  throw missingFile();
}

function join(a: Uint8Array, b: Uint8Array): Uint8Array {
  const joined = new Uint8Array(a.length + b.length);
  joined.set(a);
  joined.set(b, a.length);
  return joined;
}

const startsWith = (bytes: Uint8Array, wanted: Uint8Array, at = 0): boolean =>
  wanted.every((byte, index) => bytes[at + index] === byte);

function indexOf(bytes: Uint8Array, wanted: Uint8Array): number {
  const [first = 0] = wanted;
  for (let at = bytes.indexOf(first); at >= 0; at = bytes.indexOf(first, at + 1))
    if (startsWith(bytes, wanted, at)) return at;
  return -1;
}
