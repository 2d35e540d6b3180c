/**
 * Every secret that goes over the wire in this run, in either direction. Each of them is a canary: found in a log, a
 * table, a mail or somebody else's answer it has leaked. Passwords shorter than this would be found by chance.
 */
const minLength = 12;
const secrets = new Set<string>();

const tokenFields = ['token', 'access_token', 'refresh_token', 'device_token', 'reset_token'];
const secretFields = {
  request: new Set([...tokenFields, 'password', 'current_password', 'new_password', 'code', 'code_verifier']),
  answer: new Set(tokenFields),
};

export function plantCanary(secret: string): void {
  if (secret.length >= minLength) secrets.add(secret);
}

/** What of a request or an answer is secret. */
export function plantCanaries(
  kind: keyof typeof secretFields,
  { headers, text = '' }: { headers: Headers; text?: string | undefined },
): void {
  const [, bearer = ''] = (headers.get('Authorization') ?? '').split(' ');
  plantCanary(bearer);
  plantCanary(headers.get('Idempotency-Key') ?? '');
  for (const pair of [headers.get('Cookie') ?? '', ...headers.getSetCookie()].flatMap((line) => line.split(';')))
    if (/^\s*__Host-/.test(pair)) plantCanary(pair.slice(pair.indexOf('=') + 1));
  for (const [name, value] of fieldsIn(text)) if (secretFields[kind].has(name)) plantCanary(value);
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

/** Which secrets a text holds: whole words for tokens, anywhere for what has spaces in it. */
export function canariesIn(text: string): string[] {
  const words = text.split(/[^\w.~+/=-]+/).filter((word) => secrets.has(word));
  const phrases = [...secrets].filter((secret) => /[^\w.~+/=-]/.test(secret) && text.includes(secret));
  return [...new Set([...words, ...phrases])];
}
