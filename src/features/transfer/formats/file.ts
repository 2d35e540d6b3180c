import { guessFileKind } from './file-kind.ts';
import { readGeoJson } from './geojson.ts';
import { readGpx } from './gpx.ts';
import type { Reader } from './reading.ts';

/** The readers by the kind of file. A reader of another format is one more line. */
const readers: ReadonlyMap<string, Reader> = new Map([
  ['a GPX file', readGpx],
  ['JSON', readGeoJson],
]);

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
  const kind = guessFileKind(Uint8Array.from(head));
  // The reader of GPX says what is wrong with a file that is like nothing known.
  const read = kind === undefined ? readGpx : readers.get(kind);
  if (read && head.length > 0) return await read(replay(first, source), options);
  await source.return?.();
  return { ok: false, where: 'file', why: head.length > 0 ? `this seems to be ${kind}` : 'the file is empty' };
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
