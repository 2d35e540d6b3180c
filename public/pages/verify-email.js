import { busy, call, say, takeToken } from './page.js';

const button = document.querySelector('button');
const token = takeToken();
button.hidden = !token;

// Only a press of the button sends the token, because mail scanners also open the link.
button.addEventListener('click', () =>
  busy(button, async () => {
    const { ok, status, body } = await call('/v1/auth/verify-email', { body: { token } });
    button.hidden = ok || status === 400;
    // The address was signed up with several passwords, so its owner sets a new one.
    if (body.reset_token) location.assign(`/reset-password#token=${body.reset_token}`);
    else say(ok ? 'Your address is verified. You can sign in now.' : body.detail);
  }),
);
