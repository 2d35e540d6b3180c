import { expect, test } from 'vitest';
import { sealBytes, unsealBytes } from '../../src/lib/seal.ts';

const key = crypto.getRandomValues(new Uint8Array(32));
const bytes = new Uint8Array([0, 120, 255]);

test('sealed bytes are opened with the same key and the same words about them', async () => {
  expect(await unsealBytes(key, await sealBytes(key, bytes, 'a ride'), 'a ride')).toEqual(bytes);
  expect(await unsealBytes(key, await sealBytes(key, bytes))).toEqual(bytes);
});

test('sealed bytes are not opened as something else, with another key, or after a change', async () => {
  const sealed = await sealBytes(key, bytes, 'a ride');
  expect(await unsealBytes(key, sealed, 'another ride')).toBeUndefined();
  expect(await unsealBytes(key, sealed)).toBeUndefined();
  expect(await unsealBytes(crypto.getRandomValues(new Uint8Array(32)), sealed, 'a ride')).toBeUndefined();
  for (const index of sealed.keys()) {
    const changed = sealed.with(index, (sealed[index] ?? 0) ^ 1);
    expect(await unsealBytes(key, changed, 'a ride'), `byte ${index}`).toBeUndefined();
  }
});

test('the same bytes are sealed differently each time', async () => {
  expect(await sealBytes(key, bytes)).not.toEqual(await sealBytes(key, bytes));
});
