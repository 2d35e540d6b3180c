// The token stands behind the #, so that no server log has seen it.
const form = document.querySelector('form');
const button = document.querySelector('button');
const words = document.querySelector('#words');
const token = new URLSearchParams(location.hash.slice(1)).get('token');
history.replaceState(null, '', location.pathname);

const say = (text) => {
  words.textContent = text;
};

if (!token) {
  form.hidden = true;
  say('This link is not complete. Open it again from the mail.');
}

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  button.disabled = true;
  say('One moment …');
  try {
    const password = new FormData(form).get('password');
    const answer = await fetch('/v1/auth/password/reset', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ token, password }),
    });
    const body = await answer.json();
    form.hidden = answer.ok || answer.status === 400;
    say(answer.ok ? 'Your password is set. You can log in with it now.' : (body.errors?.[0]?.message ?? body.detail));
  } catch {
    say('The line seems to be down. Try again.');
  }
  button.disabled = false;
});
