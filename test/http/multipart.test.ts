import { describe, expect, test } from 'vitest';
import { readFormFile } from '../../src/http/multipart.ts';

const bytesOf = (text: string) => new TextEncoder().encode(text);
const type = 'multipart/form-data; boundary=b';
const head = (fields: string) => `--b\r\nContent-Disposition: form-data; ${fields}\r\n\r\n`;

async function* feed(text: string, chunkBytes: number): AsyncGenerator<Uint8Array> {
  const bytes = bytesOf(text);
  for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
}

async function readAll(form: string, chunkBytes = 64, contentType = type): Promise<string> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  for await (const chunk of readFormFile(feed(form, chunkBytes), contentType)) chunks.push(new Uint8Array(chunk));
  return await new Blob(chunks).text();
}

const content = '<gpx>\r\n-\r\n--\r\n--a\r\n\r\nä</gpx>';

describe('files in multipart forms [K20]', () => {
  test.each([1, 2, 3, 5, 7, 64, 10_000])(
    'the file of a form comes back whole in chunks of %i bytes',
    async (chunkBytes) => {
      const form = `preamble\r\n${head('name="a"')}x\r\n${head('name="file"; filename="a.gpx"')}${content}\r\n${head('name="z"')}z\r\n--b--\r\n`;
      expect(await readAll(form, chunkBytes)).toBe(content);
    },
  );

  test.each([
    ['name="file"', type],
    ['name=file', type],
    ['filename="x.gpx"; name="file"', type],
    ['name="file"', 'Multipart/Form-Data; charset=utf-8; Boundary="b"'],
  ])('a field with %s in a form of the type %s is the file', async (fields, contentType) => {
    expect(await readAll(`${head(fields)}x\r\n--b--`, 64, contentType)).toBe('x');
  });

  test('of several files the first one is read, and an empty one is empty', async () => {
    expect(await readAll(`${head('name="file"')}1\r\n${head('name="file"')}2\r\n--b--`)).toBe('1');
    expect(await readAll(`${head('name="file"')}\r\n--b--`)).toBe('');
  });

  const broken: [name: string, form: string, contentType?: string][] = [
    ['no content', ''],
    ['no field', '--b--\r\n'],
    ['another field', `${head('name="gpx"; filename="file"')}x\r\n--b--`],
    ['a file that is cut off', `${head('name="file"')}x`],
    ['another boundary', `${head('name="file"')}x\r\n--b--`, 'multipart/form-data; boundary=c'],
    ['no boundary', `${head('name="file"')}x\r\n--b--`, 'multipart/form-data'],
    ['a head without an end', `${head('name="a"').slice(0, -4)}${'x'.repeat(20_000)}\r\n\r\n`],
  ];
  test.each(broken)('a form with %s is refused', async (_, form, contentType) => {
    await expect(readAll(form, 64, contentType)).rejects.toMatchObject({ code: 'http.missing_file' });
  });

  test('a file is passed on as it comes, and nothing after it is read', async () => {
    let sent = 0;
    async function* source(): AsyncGenerator<Uint8Array> {
      yield bytesOf(head('name="file"'));
      for (; sent < 100; sent++) yield bytesOf('x'.repeat(1_000));
      yield bytesOf(`\r\n${head('name="other"')}`);
      for (; sent < 200; sent++) yield bytesOf('y'.repeat(1_000));
    }
    let read = 0;
    for await (const chunk of readFormFile(source(), type)) {
      read += chunk.length;
      expect(sent * 1_000 - read).toBeLessThan(2_000);
    }
    expect([read, sent]).toEqual([100_000, 100]);
  });
});
