// The token stands behind the #, so that no server log has seen it; a press of the button sends it, a mail scanner's GET does not.
const button = document.querySelector('button');
const words = document.querySelector('#words');
const token = new URLSearchParams(location.hash.slice(1)).get('token');
history.replaceState(null, '', location.pathname);

const say = (text) => {
  words.textContent = text;
};

if (!token) {
  button.hidden = true;
  say('This link is not complete. Open it again from the mail.');
}

button.addEventListener('click', async () => {
  button.disabled = true;
  say('One moment …');
  try {
    const answer = await fetch('/v1/auth/verify-email', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ token }),
    });
    const body = await answer.json();
    button.hidden = answer.ok || answer.status === 400;
    say(answer.ok ? 'Your address is verified. You can log in now.' : body.detail);
  } catch {
    say('The line seems to be down. Try again.');
  }
  button.disabled = false;
});
