import { AskForMail, Layout } from './layout.tsx';

/** With the token from a mail it verifies the address. Without a valid token it asks for the mail. */
export const VerifyEmail = () => (
  <Layout title="Verify your address" script="/pages/verify-email.js" isUnlisted>
    <form id="act" hidden>
      <button type="submit">Verify my address</button>
    </form>
    <AskForMail />
    <p>
      <a href="/sign-in">Sign in</a>
    </p>
  </Layout>
);
