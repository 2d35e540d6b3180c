import { Layout } from './layout.tsx';

export const SignIn = () => (
  <Layout title="Sign in · Kairos">
    <h1>
      <img src="/icon.svg" alt="" />
      Sign in
    </h1>
    <p id="words" role="status">
      One moment …
    </p>
    <form hidden>
      <label for="username">Address or username</label>
      <input id="username" name="username" autocomplete="username" required />
      <label for="password">Password</label>
      <input id="password" name="password" type="password" autocomplete="current-password" required />
      <button type="submit">Sign in</button>
    </form>
    <div id="providers" class="choices" hidden></div>
    <div id="account" hidden>
      <button type="button">Sign out</button>
    </div>
    <script type="module" src="/pages/sign-in.js"></script>
  </Layout>
);
