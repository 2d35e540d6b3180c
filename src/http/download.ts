import type { z } from '@hono/zod-openapi';
import type { Context, TypedResponse } from 'hono';
import { attachmentNamed } from '../lib/file-name.ts';
import { describeError } from '../log.ts';
import type { HttpEnv } from './env.ts';
import { headersOf } from './route-extras.ts';

/** A response with a file to save. */
export const file = <C extends Readonly<Record<string, { schema: z.ZodType }>>>(content: C) => ({
  description: 'The file.',
  content,
  headers: headersOf('Content-Disposition'),
});

type File = { name: string; mediaType: string; pieces: AsyncIterable<string> };

/** Small pieces cost the runtime more than the bytes in them. */
const charactersPerChunk = 64 * 1024;

async function* encode(pieces: AsyncIterable<string>): AsyncGenerator<Uint8Array, void> {
  const encoder = new TextEncoder();
  let text = '';
  for await (const piece of pieces) {
    text += piece;
    if (text.length < charactersPerChunk) continue;
    yield encoder.encode(text);
    text = '';
  }
  if (text !== '') yield encoder.encode(text);
}

/**
 * Answers a file to save, whose text is a T as JSON, or no JSON. Its pieces are made as the client takes them. A failure
 * before the first chunk is answered as everywhere. A later one breaks the connection off, so that the client does not
 * take the beginning of the file for the whole.
 */
export async function download<T = string>(c: Context<HttpEnv>, { name, mediaType, pieces }: File) {
  const chunks = encode(pieces);
  let next = await chunks.next();
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        if (next.done) return controller.close();
        controller.enqueue(next.value);
        try {
          next = await chunks.next();
        } catch (error) {
          c.var.log('error', 'download', describeError(error));
          controller.error(error);
        }
      },
      cancel: async () => void (await chunks.return()),
    },
    { highWaterMark: 0 },
  );
  const response: Response = c.body(body, 200, {
    'Content-Type': mediaType,
    'Content-Disposition': attachmentNamed(name),
  });
  // The caller says what the pieces hold.
  return response as Response & TypedResponse<T, 200, 'json'>;
}
