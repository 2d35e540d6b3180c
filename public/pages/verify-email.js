import { busy, call, say, takeToken } from './page.js';

const button = document.querySelector('button');
const token = takeToken();
button.hidden = !token;

// A press of the button sends it; a mail scanner's GET does not.
button.addEventListener('click', () =>
  busy(button, async () => {
    const { ok, status, body } = await call('/v1/auth/verify-email', { body: { token } });
    button.hidden = ok || status === 400;
    // Several people had signed up with the address: whose password it would be, only its owner can say.
    if (body.reset_token) location.assign(`/reset-password#token=${body.reset_token}`);
    else say(ok ? 'Your address is verified. You can log in now.' : body.detail);
  }),
);
