import { html, raw } from 'hono/html';
import { type Mail, splitLinks } from './mail.ts';
import { script, style } from './page-assets.ts';

/** The inbox as a page. It loads nothing from elsewhere, and a mail's HTML runs in a frame without scripts. */
export async function inboxPage(mails: Mail[], address: string, now: Date): Promise<Response> {
  const nonce = crypto.randomUUID();
  const page = await html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${mails.length === 0 ? 'Inbox' : `Inbox (${mails.length})`} · Kairos</title>
<style>${raw(style)}</style>
</head>
<body>
<header>
<h1>Inbox</h1>
<p>What Kairos would have mailed. Nothing leaves this machine.</p>
<form role="search"><input type="search" name="to" value="${address}" placeholder="address" aria-label="Only mails to this address" autocomplete="off" spellcheck="false"><button>Search</button></form>
</header>
<main id="mails" aria-live="polite">
${mails.length === 0 ? nothing(address) : mails.map((mail, index) => article(mail, index === 0, now))}
</main>
<footer><a href="/inbox.json${address === '' ? '' : `?to=${encodeURIComponent(address)}`}">as JSON</a> · refreshes by itself</footer>
<script nonce="${nonce}">${raw(script)}</script>
</body>
</html>`;

  return new Response(page.toString(), {
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      // A srcdoc frame inherits this policy; inline styles are allowed for the sake of the mails' own.
      'content-security-policy': [
        "default-src 'none'",
        `script-src 'nonce-${nonce}'`,
        "style-src 'unsafe-inline'",
        "connect-src 'self'",
        "frame-src 'self'",
        'img-src data:',
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
      ].join('; '),
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    },
  });
}

const nothing = (address: string) =>
  html`<p class="empty">${address === '' ? 'No mail yet. Register a rider and the verification mail appears here.' : `No mail to ${address}.`}</p>`;

const article = (
  mail: Mail,
  isOpen: boolean,
  now: Date,
) => html`<details class="mail" id="m-${mail.id}"${isOpen ? raw(' open') : ''}>
<summary><b>${mail.subject}</b><span>${mail.to}</span><time datetime="${mail.received_at}" title="${mail.received_at}">${age(mail.received_at, now)}</time></summary>
<p class="from">from ${mail.from}</p>
${mail.text === null ? '' : html`<pre>${splitLinks(mail.text).map((part) => (part.isLink ? link(part.text) : part.text))}</pre>`}
${mail.text === null ? html`<ul>${mail.links.filter((url) => /^https?:/.test(url)).map((url) => html`<li>${link(url)}</li>`)}</ul>` : ''}
${mail.html === null ? '' : html`<details class="preview"><summary>HTML</summary><iframe sandbox="allow-popups allow-popups-to-escape-sandbox" title="HTML of ${mail.subject}" srcdoc="${`<base target="_blank">${mail.html}`}"></iframe></details>`}
</details>`;

const link = (url: string) => html`<a href="${url}" target="_blank" rel="noreferrer">${url}</a>`;

function age(receivedAt: string, now: Date): string {
  const seconds = Math.max(0, Math.round((now.getTime() - Date.parse(receivedAt)) / 1000));
  if (seconds < 60) return 'just now';
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ago`;
  return receivedAt.slice(0, 10);
}
