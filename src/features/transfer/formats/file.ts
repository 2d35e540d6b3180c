import { readGpx } from './gpx.ts';
import type { Reader } from './reading.ts';

type Format = { recognises: (head: Uint8Array) => boolean; read: Reader };

/** Each file is read by the first format that recognises its first bytes. GPX is last, and says what else a file is. */
const formats: readonly Format[] = [{ recognises: () => true, read: readGpx }];

const headBytes = 512;

/** Reads a file of any known format. The content tells which it is, because names and content types often do not. */
export const readFile: Reader = async (bytes, options) => {
  const source = bytes[Symbol.asyncIterator]();
  const first: Uint8Array[] = [];
  const head: number[] = [];
  for (let next = await source.next(); !next.done; next = await source.next()) {
    first.push(next.value);
    head.push(...next.value.subarray(0, headBytes - head.length));
    if (head.length >= headBytes) break;
  }
  const format = formats.find(({ recognises }) => recognises(Uint8Array.from(head)));
  return await (format ?? { read: readGpx }).read(replay(first, source), options);
};

/** Closes the source also when the reader stops early. */
async function* replay(first: readonly Uint8Array[], source: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* first;
    for (let next = await source.next(); !next.done; next = await source.next()) yield next.value;
  } finally {
    await source.return?.();
  }
}
