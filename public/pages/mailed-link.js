import { call, faultOf, onSubmit, say } from './page.js';

/** The token is behind the #, so that no server log contains it. This also removes it from the address bar. */
function takeToken() {
  const token = new URLSearchParams(location.hash.slice(1)).get('token');
  history.replaceState(null, '', location.pathname);
  return token;
}

/**
 * Runs a page to which a mailed link leads. Submitting its form sends the token to `path`, and `done` answers what to say
 * then. Without a valid token, the page offers to send another mail, with `mailPath`.
 */
export function useMailedLink({ path, ready, done, mailPath, invitation, sent }) {
  const [form, askForm] = ['#act', '#ask'].map((name) => document.querySelector(name));
  const token = takeToken();
  form.hidden = !token;
  askForm.hidden = Boolean(token);
  say(token ? ready : invitation);

  onSubmit(form, async (fields) => {
    const { ok, status, body } = await call(path, { body: { ...fields, token } });
    const isDead = status === 400;
    form.hidden = ok || isDead;
    askForm.hidden = !isDead;
    say(ok ? done(body) : faultOf(body));
  });

  onSubmit(askForm, async (fields) => {
    const { ok, body } = await call(mailPath, { body: fields });
    askForm.hidden = ok;
    say(ok ? sent : faultOf(body));
  });
}
