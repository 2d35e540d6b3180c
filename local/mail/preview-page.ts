import { html } from 'hono/html';
import type { Letter } from '../../src/features/mail/letters.rules.ts';
import { bodyOf, frame, renderPage } from './page.ts';
import { previews } from './previews.ts';

/** Every letter that Kairos writes, as it looks with sample values. */
export const previewPage = (): Promise<Response> =>
  renderPage({
    title: 'Letters',
    header: html`<p>Every mail that Kairos writes, with sample values. <a href="/">Back to the inbox.</a></p>`,
    main: Object.entries(previews).map(([name, letter]) => preview(name, letter)),
  });

const preview = (name: string, { subject, text, html: markup }: Letter) => html`<section class="mail" id="${name}">
<b>${subject}</b>
<p class="from">${name}</p>
${bodyOf(text)}
${frame(subject, markup)}
</section>`;
