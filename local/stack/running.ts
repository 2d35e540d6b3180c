import { findRunning } from './claim.ts';
import { readPorts } from './options.ts';
import { paths } from './paths.ts';
import { hasServer } from './ports.ts';
import { Refusal } from './refusal.ts';

type PortFlags = Parameters<typeof readPorts>[0];

/** The ports of the stack that runs from this folder. Options and the environment come first. */
export async function findPorts(flags: PortFlags = {}): Promise<ReturnType<typeof readPorts>> {
  const running = await findRunning(paths.running, new Date());
  const known = running ? { PORT: `${running.port}`, CONSOLE_PORT: `${running.console_port}` } : {};
  return readPorts(flags, { ...known, ...process.env });
}

export async function requireServer(port: number): Promise<void> {
  if (!(await hasServer(port)))
    throw new Refusal(`No server answers at 127.0.0.1:${port}. Start Kairos first: npm start`);
}

/** The database of the running stack, as its owner. */
export async function findOwnDatabase(): Promise<{ url: string; endpoint: string }> {
  const { consolePort } = await findPorts();
  await requireServer(consolePort);
  return { url: 'postgresql://postgres:local@localhost/kairos', endpoint: `http://127.0.0.1:${consolePort}/sql` };
}
