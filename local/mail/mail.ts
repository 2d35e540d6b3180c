/** A mail as `GET /inbox.json` shows it. */
export type Mail = {
  id: string;
  from: string;
  /** Several recipients are joined by a comma. */
  to: string;
  subject: string;
  text: string | null;
  html: string | null;
  headers: Record<string, string>;
  links: string[];
  received_at: string;
};

type ParseResult = { ok: true; mail: Omit<Mail, 'id' | 'received_at'> } | { ok: false; name: string; message: string };

/**
 * Reads the body of Resend's `POST /emails`. It ignores fields that Kairos never sends: attachments, tags, schedules.
 */
export function parseMail(body: unknown): ParseResult {
  if (!isRecord(body)) return invalid('The request body must be a JSON object.');

  for (const field of ['from', 'to', 'subject']) {
    if (body[field] === undefined || body[field] === '') return missing(`Missing \`${field}\` field.`);
  }
  const { from, subject, text = null, html = null } = body;
  const to = typeof body.to === 'string' ? [body.to] : body.to;

  if (typeof from !== 'string' || !hasAddress(from)) return invalid('Invalid `from` field.');
  if (!Array.isArray(to) || to.length === 0 || to.length > 50 || !to.every(hasAddress))
    return invalid('Invalid `to` field.');
  if (typeof subject !== 'string') return invalid('Invalid `subject` field.');
  if (!isText(text) || !isText(html)) return invalid('Invalid `html` or `text` field.');
  if (text === null && html === null) return missing('Missing `html` or `text` field.');

  const { headers = {} } = body;
  if (!isRecord(headers) || !areTexts(headers)) return invalid('Invalid `headers` field.');

  return { ok: true, mail: { from, to: to.join(', '), subject, text, html, headers, links: linksIn(text, html) } };
}

/** Whether the address is among the recipients of the mail, with or without a display name. */
export function isFor(mail: Mail, address: string): boolean {
  const wanted = address.trim().toLowerCase();
  return mail.to.split(',').some((recipient) => addressOf(recipient) === wanted);
}

/** Splits a text into plain parts and links, in order. */
export function splitLinks(text: string): { text: string; isLink: boolean }[] {
  const parts: { text: string; isLink: boolean }[] = [];
  let end = 0;
  for (const { 0: url, index } of text.matchAll(urls)) {
    if (index > end) parts.push({ text: text.slice(end, index), isLink: false });
    parts.push({ text: url, isLink: true });
    end = index + url.length;
  }
  if (end < text.length) parts.push({ text: text.slice(end), isLink: false });
  return parts;
}

/** A link does not end with the punctuation of the sentence around it. */
const urls = /https?:\/\/[^\s<>"]*[^\s<>"'.,:;!?()[\]{}]/g;

function linksIn(text: string | null, html: string | null): string[] {
  const found =
    text === null
      ? [...(html ?? '').matchAll(/href="([^"]+)"/g)].map(([, url = '']) => url.replaceAll('&amp;', '&'))
      : (text.match(urls) ?? []);
  return [...new Set(found)];
}

const addressOf = (recipient: string): string => (/<([^>]*)>/.exec(recipient)?.[1] ?? recipient).trim().toLowerCase();
const hasAddress = (value: unknown): boolean => typeof value === 'string' && /^[^\s@]+@[^\s@]+$/.test(addressOf(value));
const isText = (value: unknown): value is string | null => value === null || typeof value === 'string';
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const areTexts = (record: Record<string, unknown>): record is Record<string, string> =>
  Object.values(record).every((value) => typeof value === 'string');

const missing = (message: string): ParseResult => ({ ok: false, name: 'missing_required_field', message });
const invalid = (message: string): ParseResult => ({ ok: false, name: 'validation_error', message });
