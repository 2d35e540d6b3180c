import { html } from 'hono/html';
import type { MailMessage } from '../../src/features/mail/templates.rules.ts';
import { bodyOf, frame, renderPage } from './page.ts';
import { previews } from './previews.ts';

/** Every email template, rendered with sample values. */
export const previewPage = (): Promise<Response> =>
  renderPage({
    title: 'Email templates',
    header: html`<p>Every mail that Kairos writes, with sample values. <a href="/">Back to the inbox.</a></p>`,
    main: Object.entries(previews).map(([name, message]) => preview(name, message)),
  });

const preview = (name: string, { subject, text, html: markup }: MailMessage) => html`<section class="mail" id="${name}">
<b>${subject}</b>
<p class="from">${name}</p>
${bodyOf(text)}
${frame(subject, markup)}
</section>`;
