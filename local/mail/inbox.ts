import { isFor, type Mail, parseMail } from './mail.ts';
import { openMailbox } from './mailbox.ts';
import { inboxPage } from './page.ts';
import { previewPage } from './preview-page.ts';

export type Inbox = {
  /** Returns undefined if the path does not belong to the inbox. */
  handle(request: Request): Promise<Response | undefined>;
  /** Newest first. */
  messages(): Mail[];
};

/**
 * Replaces Resend: accepts mails at `POST /emails` and shows them at `/` and `/inbox.json` instead of sending them.
 * `/previews` shows every email template.
 */
export function createInbox({ file, now = () => new Date() }: { file?: string; now?: () => Date } = {}): Inbox {
  const mailbox = openMailbox(file);

  async function receive(request: Request): Promise<Response> {
    if (request.headers.has('origin')) return refuse(403, 'invalid_access', 'Web pages may not send mail.');
    if (!/^Bearer \S+$/.test(request.headers.get('authorization') ?? '')) {
      return refuse(401, 'missing_api_key', 'Missing API key in the authorization header.');
    }
    const parsed = parseMail(await request.json().catch(() => undefined));
    if (!parsed.ok) return refuse(422, parsed.name, parsed.message);

    const received = { id: crypto.randomUUID(), ...parsed.mail, received_at: now().toISOString() };
    return Response.json({ id: mailbox.add(received, request.headers.get('idempotency-key')) });
  }

  /** An empty address means all mails. */
  const mailsTo = (address: string): Mail[] => {
    const mails = mailbox.newestFirst();
    return address === '' ? mails : mails.filter((mail) => isFor(mail, address));
  };

  return {
    messages: mailbox.newestFirst,
    async handle(request) {
      const url = new URL(request.url);
      const address = (url.searchParams.get('to') ?? '').trim();
      switch (`${request.method} ${url.pathname}`) {
        case 'POST /emails':
          return receive(request);
        case 'GET /inbox.json':
          return Response.json(mailsTo(address), { headers: { 'cache-control': 'no-store' } });
        case 'GET /':
          return inboxPage(mailsTo(address), address, now());
        case 'GET /previews':
          return previewPage();
        default:
          return undefined;
      }
    },
  };
}

const refuse = (statusCode: number, name: string, message: string): Response =>
  Response.json({ statusCode, name, message }, { status: statusCode });
