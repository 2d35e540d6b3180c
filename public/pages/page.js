const words = document.querySelector('#words');

export const say = (text) => {
  words.textContent = text;
};

/** The token stands behind the #, so that no server log has seen it; from here on it is not in the address either. */
export function takeToken() {
  const token = new URLSearchParams(location.hash.slice(1)).get('token');
  history.replaceState(null, '', location.pathname);
  if (!token) say('This link is not complete. Open it again from the mail.');
  return token;
}

/** Calls our API; a line that is down is an answer too. */
export async function call(path, { form, body, method = 'POST' } = {}) {
  const json = body && { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) };
  try {
    const answer = await fetch(path, { method, ...json, ...(form && { body: new URLSearchParams(form) }) });
    const isEmpty = answer.status === 204;
    return { ok: answer.ok, status: answer.status, body: isEmpty ? {} : await answer.json() };
  } catch {
    return { ok: false, status: 0, body: { detail: 'The line seems to be down. Try again.' } };
  }
}

/** While the work goes on, its button waits. */
export async function busy(button, work) {
  button.disabled = true;
  say('One moment …');
  await work();
  button.disabled = false;
}
