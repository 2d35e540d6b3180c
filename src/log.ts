export type Log = (level: 'info' | 'warn' | 'error', event: string, fields?: Record<string, unknown>) => void;

const secretNames = /pass|secret|token|cookie|authorization|key|email|address/i;
const secretValues = /\b(?:[ru]1\.[\w.-]{20,}|eyJ[\w-]+\.[\w-]+\.[\w-]*|kai_\w+|postgres(?:ql)?:\/\/\S+)/gi;

function redact(name: string, value: unknown): unknown {
  if (secretNames.test(name)) return '[redacted]';
  return typeof value === 'string' ? value.replace(secretValues, '[redacted]').slice(0, 2_000) : value;
}

/** Writes one JSON record per line. A field whose name or value looks like a secret is redacted. */
export const createLog =
  (requestId: string): Log =>
  (level, event, fields = {}) => {
    const safe = Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, redact(name, value)]));
    console[level](JSON.stringify({ level, event, request_id: requestId, ...safe }));
  };

/** The parts of an unknown error that may be logged: name, message, SQLSTATE and stack, never its parameters. */
export function describeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { error: typeof error };
  const cause = error.cause instanceof Error ? error.cause : undefined;
  const root = cause ?? error;
  return {
    error: root.name,
    message: root.message,
    sqlstate: 'code' in root ? root.code : undefined,
    stack: root.stack?.split('\n').slice(1, 6).join('\n'),
  };
}
