import { type ParseArgsConfig, parseArgs } from 'node:util';
import { Refusal } from './refusal.ts';

export type Options = {
  port: number;
  consolePort: number;
  /** The URL of an ordinary Postgres that replaces the embedded one. */
  databaseUrl: string | undefined;
  /** A delay for every database reply, like that of a distant region. */
  latencyMs: number;
  reload: boolean;
  sample: boolean;
  verbose: boolean;
};

export const usage = `npm start -- [options]        (npm run dev also reloads on every change)

  --port <n>           the API's port            PORT          8787
  --console-port <n>   inbox and database        CONSOLE_PORT  8788
  --no-sample          starts without sample riders
  --verbose            prints complete log records

  DATABASE_URL=postgres://...   uses a Postgres with PostGIS instead of the embedded one
  LATENCY_MS=50                 delays every database reply`;

export function readOptions(args: string[], env: Record<string, string | undefined>): Options {
  const flags = parse(args);
  const options = {
    ...readPorts(flags, env),
    databaseUrl: env.DATABASE_URL || undefined,
    latencyMs: wholeNumber('LATENCY_MS', env.LATENCY_MS || '0', 60_000),
    reload: flags.reload,
    sample: !flags['no-sample'],
    verbose: flags.verbose,
  };
  if (options.databaseUrl !== undefined && !/^postgres(ql)?:\/\//.test(options.databaseUrl)) {
    throw new Refusal('DATABASE_URL must start with postgres://. Unset it to use the embedded database.');
  }
  if (options.databaseUrl !== undefined && !URL.canParse(options.databaseUrl))
    throw new Refusal('DATABASE_URL is not a valid URL. Correct it, or unset it to use the embedded database.');
  return options;
}

/** Reads only the ports, for commands that use a running stack. */
export function readPorts(
  flags: { port?: string | undefined; 'console-port'?: string | undefined },
  env: Record<string, string | undefined>,
): { port: number; consolePort: number } {
  const port = wholeNumber('--port', flags.port ?? (env.PORT || '8787'), 65_535);
  const consolePort = wholeNumber('--console-port', flags['console-port'] ?? (env.CONSOLE_PORT || '8788'), 65_535);
  if (port === consolePort) throw new Refusal(`The API and the console cannot both use port ${port}.`);
  return { port, consolePort };
}

function parse(args: string[]) {
  const options = {
    port: { type: 'string' },
    'console-port': { type: 'string' },
    reload: { type: 'boolean', default: false },
    'no-sample': { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  } as const;
  return parseOptions({ args, options }, usage).values;
}

/** Parses the options of a command. An unknown option is an error that shows the usage. */
export function parseOptions<const Config extends ParseArgsConfig>(config: Config, usage: string) {
  try {
    return parseArgs(config);
  } catch (error) {
    throw new Refusal(`${error instanceof Error ? error.message : error}\n\n${usage}`);
  }
}

function wholeNumber(name: string, text: string, max: number): number {
  const value = Number(text);
  if (!/^\d{1,5}$/.test(text) || value > max)
    throw new Refusal(`${name} must be a whole number up to ${max}, not "${text}".`);
  return value;
}
