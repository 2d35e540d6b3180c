import { AskForMail, Layout } from './layout.tsx';

/** With the token from a mail it sets a password. Without a valid token it asks for the mail. */
export const ResetPassword = () => (
  <Layout title="Set a new password" script="/pages/reset-password.js" isUnlisted>
    <form id="act" hidden>
      <label for="password">New password</label>
      <input id="password" name="password" type="password" autocomplete="new-password" minlength={8} required />
      <button type="submit">Set the password</button>
    </form>
    <AskForMail />
    <p>
      <a href="/sign-in">Sign in</a>
    </p>
  </Layout>
);
