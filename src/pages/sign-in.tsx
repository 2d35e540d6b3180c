import { Layout } from './layout.tsx';

type Cookies = { hasAccess: boolean; hasRefresh: boolean };

/** Says which cookies the browser has, so that the script makes no call of which it knows that it will be refused. */
export const SignIn = ({ hasAccess, hasRefresh }: Cookies) => (
  <Layout title="Sign in" script="/pages/sign-in.js">
    <form hidden>
      <label for="username">Email address or username</label>
      <input id="username" name="username" autocomplete="username" required />
      <label for="password">Password</label>
      <input id="password" name="password" type="password" autocomplete="current-password" required />
      <button type="submit">Sign in</button>
      <a href="/reset-password">Forgotten your password?</a>
      <a href="/verify-email">No mail to verify your address?</a>
    </form>
    <div id="providers" class="choices" hidden></div>
    <div id="account" data-has-access={hasAccess} data-has-refresh={hasRefresh} hidden>
      <button type="button">Sign out</button>
    </div>
  </Layout>
);
