import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import { stop, url } from '../../proof/support/kairos.ts';

afterAll(stop);

async function smoke(address: string) {
  const env = { ...process.env, NO_COLOR: '1' };
  const child = promisify(execFile)(process.execPath, ['scripts/smoke.ts', address], { env });
  const { code = 0, stdout, stderr } = await child.catch((error) => error);
  return { code, lines: String(stdout).trim().split('\n'), stderr: String(stderr) };
}

test('npm run smoke passes every check of a running Kairos but the one that its address fails', async () => {
  const { code, lines, stderr } = await smoke(url.href);
  const failed = lines.filter((line) => line.startsWith('✗'));
  // The Worker under test believes that its address is api.kairos.test.
  expect(failed).toEqual([
    `✗ GET /.well-known/oauth-authorization-server: issuer is "http://api.kairos.test" instead of "${url.origin}"`,
  ]);
  expect(lines.filter((line) => line.startsWith('✓'))).toHaveLength(10);
  expect([code, stderr]).toEqual([1, '1 check failed.\n']);
});

test('npm run smoke names each failed check of an address that is not Kairos', async () => {
  const { code, lines } = await smoke('http://127.0.0.1:8');
  expect([code, lines.filter((line) => line.startsWith('✓'))]).toEqual([1, []]);
  expect(lines).toHaveLength(12);
});

test('npm run smoke answers a text that is no address with its usage', async () => {
  const { code, stderr } = await smoke('kairos');
  expect([code, stderr]).toEqual([1, expect.stringContaining('npm run smoke -- <address>')]);
});
