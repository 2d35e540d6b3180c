import { busy, call, say, takeToken } from './page.js';

const form = document.querySelector('form');
const button = document.querySelector('button');
const token = takeToken();
form.hidden = !token;

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  await busy(button, async () => {
    const password = new FormData(form).get('password');
    const { ok, status, body } = await call('/v1/auth/password/reset', { body: { token, password } });
    form.hidden = ok || status === 400;
    say(ok ? 'Your password is set. You can sign in with it now.' : (body.errors?.[0]?.message ?? body.detail));
  });
});
