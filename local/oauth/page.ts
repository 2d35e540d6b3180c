const profiles = [
  { subject: '1001', name: 'Anna Weber', email: 'anna@riders.example', verified: true },
  { subject: '1002', name: 'Nils Newcomer', email: 'nils@elsewhere.example', verified: true },
  { subject: '1003', name: 'Una Unproven', email: 'una@elsewhere.example', verified: false },
];

const providerNames: Readonly<Record<string, string>> = { google: 'Google', github: 'GitHub' };

const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const button = (profile: (typeof profiles)[number]): string => `
  <button name="profile" value="${escapeHtml(JSON.stringify(profile))}">
    <strong>${escapeHtml(profile.name)}</strong> ${escapeHtml(profile.email)}${profile.verified ? '' : ' (not verified)'}
  </button>`;

/** Asks which profile to sign in with. The form posts to its own address, which contains the parameters of the app. */
export function consentPage(provider: string): Response {
  const name = providerNames[provider] ?? provider;
  const page = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>This is not ${name}</title>
<style>
  body { max-width: 30rem; margin: 10vh auto; padding: 0 1.5rem; font: 17px/1.5 system-ui, sans-serif; color: #17221d; background: #fbfaf6; }
  form { display: grid; gap: .6rem; }
  button { padding: .8rem 1rem; border: 1px solid #dcded6; border-radius: 10px; background: #fff; font: inherit; text-align: left; cursor: pointer; }
  button strong { display: block; }
</style></head>
<body><h1>This is not ${name}</h1><p>This page replaces ${name} on your machine. Choose a profile to sign in with.</p>
<form method="post">${profiles.map(button).join('')}<button name="profile" value="">Cancel</button></form></body></html>`;
  return new Response(page, { headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' } });
}
