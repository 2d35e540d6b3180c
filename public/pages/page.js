const words = document.querySelector('#words');

export const say = (text) => {
  words.textContent = text;
};

/** The token is behind the #, so that no server log contains it. This also removes it from the address bar. */
export function takeToken() {
  const token = new URLSearchParams(location.hash.slice(1)).get('token');
  history.replaceState(null, '', location.pathname);
  if (!token) say('This link is incomplete. Open it again from the mail.');
  return token;
}

/** Calls the API. A network error is a result, too. */
export async function call(path, { form, body, method = 'POST' } = {}) {
  const json = body && { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) };
  try {
    const answer = await fetch(path, { method, ...json, ...(form && { body: new URLSearchParams(form) }) });
    const isEmpty = answer.status === 204;
    return { ok: answer.ok, status: answer.status, body: isEmpty ? {} : await answer.json() };
  } catch {
    return {
      ok: false,
      status: 0,
      body: { detail: 'The server cannot be reached. Check your connection and try again.' },
    };
  }
}

/** Disables the button until the work is done. */
export async function busy(button, work) {
  button.disabled = true;
  say('One moment …');
  await work();
  button.disabled = false;
}
