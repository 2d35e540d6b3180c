import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { Refusal } from './refusal.ts';

/** Throws one message about all busy ports: what probably uses them, and how to choose others. */
export async function requireFreePorts({ port, consolePort }: { port: number; consolePort: number }): Promise<void> {
  const wanted = [
    { port, purpose: 'the API', flag: '--port' },
    { port: consolePort, purpose: 'the console (inbox, database)', flag: '--console-port' },
  ];
  const busy = (await Promise.all(wanted.map(async (one) => ({ ...one, isBusy: await isBusy(one.port) })))).filter(
    (one) => one.isBusy,
  );
  if (busy.length === 0) return;

  const lines = await Promise.all(
    busy.map(async (one) => `Port ${one.port} for ${one.purpose} is in use by ${await describeHolder(one.port)}.`),
  );
  const flags = busy.map((one) => `${one.flag} ${one.port + 10}`).join(' ');
  throw new Refusal(`${lines.join('\n')}\n\nStop that program, or choose other ports: npm start -- ${flags}`);
}

/** Whether a server accepts connections at the port of 127.0.0.1, or of another host. */
export async function hasServer(port: number, host = '127.0.0.1'): Promise<boolean> {
  const socket = connect({ host, port });
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(1000) });
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

/**
 * Tries to connect and to listen, because macOS lets two servers share a port if one of them uses all addresses. A server
 * at ::1 would get the requests to localhost.
 */
async function isBusy(port: number): Promise<boolean> {
  if ((await hasServer(port)) || (await hasServer(port, '::1'))) return true;
  const server = createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return false;
  } catch {
    return true;
  } finally {
    server.close();
  }
}

async function describeHolder(port: number): Promise<string> {
  const get = (path: string) => fetch(`http://localhost:${port}${path}`, { signal: AbortSignal.timeout(1000) });
  try {
    const api = await get('/openapi.json');
    if (api.ok && /"title":\s*"Kairos/.test(await api.text()))
      return 'another Kairos API, perhaps npm start in another terminal';
    const page = await get('/');
    if (/<title>[^<]*Kairos/.test(await page.text()))
      return 'another Kairos console, perhaps npm start in another terminal';
    return port === 8787
      ? 'a web server, perhaps another `wrangler dev`, which has the same default port'
      : 'another web server';
  } catch {
    return `an unknown program (run lsof -i :${port} to find it)`;
  }
}
