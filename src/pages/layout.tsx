import type { Child } from 'hono/jsx';

export const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

type Page = {
  title: string;
  /** A script that runs the page and writes into `#words` what the reader must know. */
  script?: string;
  /** Search engines do not list the page, because links from mails lead to it. */
  isUnlisted?: boolean;
  children: Child;
};

export const Layout = ({ title, script, isUnlisted = false, children }: Page) => (
  <html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="theme-color" content="#fbfaf6" media="(prefers-color-scheme: light)" />
      <meta name="theme-color" content="#111613" media="(prefers-color-scheme: dark)" />
      {isUnlisted && <meta name="robots" content="noindex" />}
      <title>{title === 'Kairos' ? title : `${title} · Kairos`}</title>
      <link rel="icon" href="/favicon.ico" sizes="48x48" />
      <link rel="icon" href="/icon.svg" type="image/svg+xml" />
      <link rel="apple-touch-icon" href="/apple-touch-icon.png" />
      <link rel="stylesheet" href="/pages/pages.css" />
      {script && <script type="module" src={script}></script>}
    </head>
    <body>
      <main>
        <h1>
          <img src="/icon.svg" alt="" />
          {title}
        </h1>
        {script && (
          <p id="words" role="status">
            <noscript>This page needs JavaScript. Turn it on, and load the page again.</noscript>
          </p>
        )}
        {children}
      </main>
    </body>
  </html>
);

export const Link = ({ href, name, what }: { href: string; name: string; what: string }) => (
  <li>
    <a href={href}>
      <strong>{name}</strong>
      {what}
    </a>
  </li>
);

export const AskForMail = () => (
  <form id="ask" hidden>
    <label for="email">Email address</label>
    <input id="email" name="email" type="email" autocomplete="email" required />
    <button type="submit">Send me a link</button>
  </form>
);
