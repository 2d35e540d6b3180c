import { Agent, type IncomingMessage, request } from 'node:http';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { url } from './kairos.ts';

/** A request that is sent as it is: no rules of a browser change its path, method or headers. */
export type Sent = {
  method: string;
  target: string;
  headers: readonly (readonly [name: string, value: string])[];
  body?: Uint8Array | undefined;
};

/** A response, in the form that test/contract reads, and its duration. */
export type Received = { status: number; headers: Headers; text: string; json: unknown; ms: number };

const agent = new Agent({ keepAlive: true });

/** Rejects if no response comes within `timeoutMs`, or if the connection ends without one. */
export function exchange(
  { method, target, headers, body }: Sent,
  timeoutMs: number,
  { hostname, port }: URL = new URL(url),
): Promise<Received> {
  const startedAt = performance.now();
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, agent, method, path: target, setDefaultHeaders: false });
    sent.setTimeout(timeoutMs, () => sent.destroy(new Error(`no answer within ${timeoutMs} ms`)));
    sent.on('error', reject);
    sent.on('response', (response) => {
      const chunks: Uint8Array[] = [];
      response.on('data', (chunk: Uint8Array) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = decompress(response, Buffer.concat(chunks)).toString();
        const received = new Headers();
        for (const [name, values] of Object.entries(response.headersDistinct))
          for (const value of values ?? []) received.append(name, value);
        const ms = performance.now() - startedAt;
        resolve({ status: response.statusCode ?? 0, headers: received, text, json: parseJson(received, text), ms });
      });
    });
    for (const [name, values] of Map.groupBy(headers, ([name]) => name))
      sent.setHeader(
        name,
        values.length === 1 ? values.map(([, value]) => value).join() : values.map(([, value]) => value),
      );
    if (!sent.hasHeader('Host')) sent.setHeader('Host', `${hostname}:${port}`);
    if (body || !['GET', 'HEAD'].includes(method)) sent.setHeader('Content-Length', body?.byteLength ?? 0);
    sent.end(body);
  });
}

function decompress({ headers }: IncomingMessage, bytes: Buffer): Buffer {
  if (bytes.length === 0) return bytes;
  if (headers['content-encoding'] === 'br') return brotliDecompressSync(bytes);
  return headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes;
}

function parseJson(headers: Headers, text: string): unknown {
  if (!/json/.test(headers.get('Content-Type') ?? '') || text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
