import { generateKeyPairSync, sign, verify } from 'node:crypto';
import { cpus, loadavg, release, type } from 'node:os';
import { workerdVersion } from './workerd.ts';

/** Describes the machine in one line. */
export function machineOf(databaseVersion: string): string {
  const [processor] = cpus();
  const load = loadavg().map((tasks) => tasks.toFixed(1));
  return [
    `${cpus().length} × ${processor?.model.trim()}`,
    `one ES256 signature verified in ${verificationMs().toFixed(2)} ms of CPU`,
    `load ${load.join(' ')}`,
    `${type()} ${release()}`,
    `Node ${process.version}`,
    `workerd ${workerdVersion}`,
    databaseVersion.split(' (')[0],
  ].join(', ');
}

/** Every signed call verifies a signature, so this measures how fast the processor is for this process. */
function verificationMs(): number {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const text = Buffer.from('a token of some length');
  const signature = sign('sha256', text, privateKey);
  const count = 1_000;
  const before = process.cpuUsage();
  for (let done = 0; done < count; done += 1) verify('sha256', text, publicKey, signature);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000 / count;
}
