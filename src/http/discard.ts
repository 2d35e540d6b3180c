/**
 * A client that still sends when the response comes may see a broken connection instead of it. So this much of what it
 * sends is read first, and for this long.
 */
const maxBytes = 1024 * 1024;
const maxMs = 1_000;

type Reader = ReadableStreamDefaultReader<Uint8Array>;

/** The length that a request declares; NaN for a body in chunks. */
export const declaredBytes = ({ headers }: Request): number => Number(headers.get('Content-Length') ?? Number.NaN);

/** Reads and drops the rest of a body if a short rest is declared, and cancels any other body. */
export async function discardRest(reader: Reader, leftBytes: number): Promise<void> {
  try {
    if (leftBytes <= maxBytes) await Promise.race([readToEnd(reader), timeOut()]);
    await reader.cancel();
  } catch {
    // The client is gone.
  }
}

/** Discards a body that nobody has begun to read. */
export async function discardUnread(request: Request): Promise<void> {
  if (!request.body || request.bodyUsed) return;
  await discardRest(request.body.getReader(), declaredBytes(request));
}

async function readToEnd(reader: Reader): Promise<void> {
  for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read());
}

const timeOut = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, maxMs));
