export const style = `
:root { color-scheme: light dark; --line: light-dark(#dde2dc, #343a36); --soft: light-dark(#5d675f, #a3aea6); --accent: light-dark(#1c6b45, #7fd3a6); --card: light-dark(#fff, #1c211e); }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 52rem; padding: 2rem 1rem; font: 16px/1.5 system-ui, sans-serif; background: light-dark(#f5f7f4, #141816); color: light-dark(#1a211c, #e6ebe7); }
h1 { margin: 0; font-size: 1.5rem; }
header p, footer, .from, .empty, time, summary span { color: var(--soft); }
header p { margin: 0 0 1rem; }
form { display: flex; gap: .5rem; margin-bottom: 1.5rem; }
input, button { font: inherit; padding: .4rem .7rem; border: 1px solid var(--line); border-radius: .4rem; background: var(--card); color: inherit; }
input { flex: 1; min-width: 0; }
.mail { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; padding: .7rem 1rem; margin-bottom: .7rem; }
.mail.new { border-color: var(--accent); }
.mail > summary { display: grid; grid-template-columns: 1fr auto; gap: 0 1rem; cursor: pointer; list-style: none; }
.mail > summary span { grid-row: 2; font-size: .9rem; overflow-wrap: anywhere; }
time { font-size: .9rem; white-space: nowrap; }
.from { margin: .7rem 0 0; font-size: .9rem; }
pre { margin: .7rem 0; white-space: pre-wrap; overflow-wrap: anywhere; font: inherit; }
a { color: var(--accent); overflow-wrap: anywhere; }
.preview summary { cursor: pointer; color: var(--soft); font-size: .9rem; }
iframe { width: 100%; height: 24rem; margin-top: .5rem; border: 1px solid var(--line); border-radius: .4rem; background: #fff; color-scheme: light; }
footer { margin-top: 1.5rem; font-size: .9rem; }
`;

/** Fetches the page again and inserts the new mails at the top, so that open mails stay open. */
export const script = `
setInterval(async () => {
  if (document.hidden) return;
  const response = await fetch(location.href).catch(() => undefined);
  if (!response?.ok) return;
  const page = new DOMParser().parseFromString(await response.text(), 'text/html');
  const mails = document.getElementById('mails');
  const fresh = [...page.querySelectorAll('.mail')].filter((mail) => !document.getElementById(mail.id));
  if (fresh.length === 0) return;
  for (const mail of fresh) mail.classList.add('new');
  mails.querySelector('.empty')?.remove();
  mails.prepend(...fresh);
  document.title = page.title;
}, 2000);
`;
