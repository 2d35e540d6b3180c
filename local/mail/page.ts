import { html, raw } from 'hono/html';
import { type Mail, splitLinks } from './mail.ts';
import { script, style } from './page-assets.ts';

type Markup = ReturnType<typeof html>;
type Page = {
  title: string;
  count?: number;
  header: Markup;
  main: Markup | Markup[];
  footer?: Markup;
  script?: string;
};

/** A page that loads nothing from other servers. The HTML of a mail runs in a frame without scripts. */
export async function renderPage({ title, count = 0, header, main, footer, script: code }: Page): Promise<Response> {
  const nonce = crypto.randomUUID();
  const page = await html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${count === 0 ? title : `${title} (${count})`} · Kairos</title>
<style>${raw(style)}</style>
</head>
<body>
<header>
<h1>${title}</h1>
${header}
</header>
<main id="mails" aria-live="polite">
${main}
</main>
${footer ?? ''}
${code === undefined ? '' : html`<script nonce="${nonce}">${raw(code)}</script>`}
</body>
</html>`;

  return new Response(page.toString(), {
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      // A srcdoc frame inherits this policy, and mails have inline styles.
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

export const inboxPage = (mails: Mail[], address: string, now: Date): Promise<Response> =>
  renderPage({
    title: 'Inbox',
    count: mails.length,
    header: html`<p>The mails of this Kairos. They are shown here and never sent.</p>
<form role="search"><input type="search" name="to" value="${address}" placeholder="address" aria-label="Only mails to this address" autocomplete="off" spellcheck="false"><button>Search</button></form>`,
    main: mails.length === 0 ? emptyList(address) : mails.map((mail, index) => article(mail, index === 0, now)),
    footer: html`<footer><a href="/inbox.json${address === '' ? '' : `?to=${encodeURIComponent(address)}`}">as JSON</a> · <a href="/previews">all email templates</a> · refreshes by itself</footer>`,
    script,
  });

const emptyList = (address: string) =>
  html`<p class="empty">${address === '' ? 'No mail yet. Register a rider and the verification mail appears here.' : `No mail to ${address}.`}</p>`;

const article = (
  mail: Mail,
  isOpen: boolean,
  now: Date,
) => html`<details class="mail" id="m-${mail.id}"${isOpen ? raw(' open') : ''}>
<summary><b>${mail.subject}</b><span>${mail.to}</span><time datetime="${mail.received_at}" title="${mail.received_at}">${age(mail.received_at, now)}</time></summary>
<p class="from">from ${mail.from}</p>
${mail.text === null ? '' : bodyOf(mail.text)}
${mail.text === null ? html`<ul>${mail.links.filter((url) => /^https?:/.test(url)).map((url) => html`<li>${link(url)}</li>`)}</ul>` : ''}
${mail.html === null ? '' : html`<details class="preview"><summary>HTML</summary>${frame(mail.subject, mail.html)}</details>`}
</details>`;

/** The text of a mail with clickable links. */
export const bodyOf = (text: string) =>
  html`<pre>${splitLinks(text).map((part) => (part.isLink ? link(part.text) : part.text))}</pre>`;

/** The HTML of a mail, as a mail client shows it. */
export const frame = (subject: string, markup: string) =>
  html`<iframe sandbox="allow-popups allow-popups-to-escape-sandbox" title="HTML of ${subject}" srcdoc="${`<base target="_blank">${markup}`}"></iframe>`;

const link = (url: string) => html`<a href="${url}" target="_blank" rel="noreferrer">${url}</a>`;

function age(receivedAt: string, now: Date): string {
  const seconds = Math.max(0, Math.round((now.getTime() - Date.parse(receivedAt)) / 1000));
  if (seconds < 60) return 'just now';
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ago`;
  return receivedAt.slice(0, 10);
}
