const words = document.querySelector('#words');

export const say = (text) => {
  words.textContent = text;
};

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

/** Runs the work when the form is submitted, with the form's fields. */
export const onSubmit = (form, work) =>
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const fields = Object.fromEntries(new FormData(form));
    await busy(form.querySelector('button'), () => work(fields));
  });

/** What is wrong with a call, for the person who made it. */
export const faultOf = (body) => body.errors?.[0]?.message ?? body.detail;
