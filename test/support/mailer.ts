import { env } from '#kairos';
import { hmacSha256 } from '../../src/lib/keys.ts';
import { config } from './app.ts';

export type ReceivedMail = {
  id: string;
  to: string;
  subject: string;
  text: string;
  html: string;
  headers: Record<string, string>;
  links: string[];
};

export async function mailsTo(address: string): Promise<ReceivedMail[]> {
  const answer = await fetch(`${env.RESEND_BASE_URL}/inbox.json?to=${encodeURIComponent(address)}`);
  return await answer.json();
}

/** Waits for `count` mails to an address, since mails go out after the response, and returns the newest. */
export async function mailTo(address: string, count = 1): Promise<ReceivedMail> {
  let mails: ReceivedMail[] = [];
  for (let tries = 0; tries < 1_500; tries += 1) {
    mails = await mailsTo(address);
    const [newest] = mails;
    if (newest && mails.length >= count) return newest;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`${address} got ${mails.length} of ${count} mails`);
}

/** The token behind the `#` of a mailed link. */
export function tokenIn(mail: ReceivedMail): string {
  const link = mail.links.find((url) => url.includes('#token='));
  const token = link && new URLSearchParams(new URL(link).hash.slice(1)).get('token');
  if (!token) throw new Error(`the mail has no token: ${mail.text}`);
  return token;
}

/** The headers with which Resend sends an event (Standard Webhooks). */
export function signatureOf(body: string, { id = 'msg_1', at = new Date(), secret = config.mail.webhookSecret } = {}) {
  const timestamp = Math.floor(at.getTime() / 1_000).toString();
  const key = Buffer.from((secret ?? '').replace('whsec_', ''), 'base64');
  const mac = Buffer.from(hmacSha256(key, `${id}.${timestamp}.${body}`)).toString('base64');
  return { 'svix-id': id, 'svix-timestamp': timestamp, 'svix-signature': `v1,${mac}` };
}
