/** Shorter passwords would be found by chance. */
const minLength = 12;
/**
 * The secrets of all requests and responses of this run. Each of them is a canary: if a log, a table, a mail or the
 * response to another rider contains it, it has leaked.
 */
const secrets = new Set<string>();

const tokenFields = ['token', 'access_token', 'refresh_token', 'device_token', 'reset_token'];
const secretFields = {
  request: new Set([...tokenFields, 'password', 'current_password', 'new_password', 'code', 'code_verifier']),
  answer: new Set(tokenFields),
};

export function rememberSecret(secret: string): void {
  if (secret.length >= minLength) secrets.add(secret);
}

/** Remembers the secrets of a request or a response. */
export function rememberSecretsIn(
  kind: keyof typeof secretFields,
  { headers, text = '' }: { headers: Headers; text?: string | undefined },
): void {
  const [, bearer = ''] = (headers.get('Authorization') ?? '').split(' ');
  rememberSecret(bearer);
  rememberSecret(headers.get('Idempotency-Key') ?? '');
  for (const pair of [headers.get('Cookie') ?? '', ...headers.getSetCookie()].flatMap((line) => line.split(';')))
    if (/^\s*__Host-/.test(pair)) rememberSecret(pair.slice(pair.indexOf('=') + 1));
  for (const [name, value] of fieldsIn(text)) if (secretFields[kind].has(name)) rememberSecret(value);
}

/** The text fields of a flat JSON object or of a form. */
function fieldsIn(text: string): [name: string, value: string][] {
  if (!text.startsWith('{')) return [...new URLSearchParams(text)];
  try {
    const body: object = JSON.parse(text);
    return Object.entries(body).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : []));
  } catch {
    return [];
  }
}

/** The secrets in a text: tokens as whole words, passwords with spaces anywhere. */
export function canariesIn(text: string): string[] {
  const words = text.split(/[^\w.~+/=-]+/).filter((word) => secrets.has(word));
  const phrases = [...secrets].filter((secret) => /[^\w.~+/=-]/.test(secret) && text.includes(secret));
  return [...new Set([...words, ...phrases])];
}
