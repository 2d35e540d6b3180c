import { busy, call, onSubmit, say } from './page.js';

const [form, account, providers] = ['form', '#account', '#providers'].map((name) => document.querySelector(name));
const returnTo = `${location.origin}${location.pathname}`;
const verifierKey = 'oauth-verifier';

const base64url = (bytes) =>
  btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');

/** Which cookies the browser has. A call without them would be refused, and the console would show an error. */
let [hasAccess, hasRefresh] = ['hasAccess', 'hasRefresh'].map((name) => account.dataset[name] === 'true');

const signedOut = { ok: false, status: 401, body: {} };
const readMe = () => call('/v1/me', { method: 'GET' });
const renew = async () =>
  (await call('/v1/auth/token', { form: { grant_type: 'refresh_token', transport: 'cookie' } })).ok;

async function findMe() {
  const me = hasAccess ? await readMe() : signedOut;
  return me.status === 401 && hasRefresh && (await renew()) ? readMe() : me;
}

async function show() {
  const { ok, status, body } = await findMe();
  form.hidden = ok;
  providers.hidden = ok || providers.childElementCount === 0;
  account.hidden = !ok;
  if (ok) return say(`You are signed in as ${body.name} (${body.email}).`);
  say(status === 401 ? 'Sign in with your email address or username, and your password.' : body.detail);
}

const refusals = {
  access_denied: 'You did not allow the provider to sign you in. Try again, or use your password.',
  provider_failed: 'The provider did not respond as expected. Try again, or use your password.',
};

/** Finishes a sign-in with the parameters from the provider. The verifier never left this page (RFC 7636). */
async function finish(parameters) {
  history.replaceState(null, '', location.pathname);
  const [code, verifier] = [parameters.get('code'), sessionStorage.getItem(verifierKey)];
  sessionStorage.removeItem(verifierKey);
  if (!code || !verifier) return refusals[parameters.get('error')] ?? 'The sign-in did not work. Try again.';
  const exchange = { code, code_verifier: verifier, transport: 'cookie' };
  const { ok, body } = await call('/v1/auth/oauth/exchange', { body: exchange });
  hasAccess ||= ok;
  return ok ? undefined : body.detail;
}

/** The provider sends the browser to the address of the API, which may have another name here, such as localhost. */
async function goTo(provider) {
  const { body: server } = await call('/.well-known/oauth-authorization-server', { method: 'GET' });
  const verifier = base64url(crypto.getRandomValues(new Uint8Array(32)));
  sessionStorage.setItem(verifierKey, verifier);
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier));
  const challenge = { code_challenge: base64url(digest), code_challenge_method: 'S256' };
  const query = new URLSearchParams({ return_to: returnTo, ...challenge });
  location.assign(`${server.issuer}/v1/auth/oauth/${provider}/authorize?${query}`);
}

async function offerProviders() {
  const { ok, body } = await call('/v1/auth/providers', { method: 'GET' });
  for (const { id, name } of ok ? body.items : []) {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'plain';
    button.textContent = `Continue with ${name}`;
    button.addEventListener('click', () => busy(button, () => goTo(id)));
    providers.append(button);
  }
}

onSubmit(form, async ({ username, password }) => {
  const login = { grant_type: 'password', username, password, transport: 'cookie' };
  const { ok, body } = await call('/v1/auth/token', { form: login });
  if (!ok) return say(body.error_description ?? body.detail);
  hasAccess = true;
  form.reset();
  await show();
});

account.querySelector('button').addEventListener('click', (event) =>
  busy(event.target, async () => {
    const { ok, body } = await call('/v1/auth/logout', { body: {} });
    if (!ok) return say(body.detail);
    [hasAccess, hasRefresh] = [false, false];
    await show();
  }),
);

say('One moment …');
await offerProviders();
const refused = location.search ? await finish(new URLSearchParams(location.search)) : undefined;
await show();
if (refused) say(refused);
