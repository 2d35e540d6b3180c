import { Layout } from './layout.tsx';

export const ResetPassword = () => (
  <Layout title="Set a new password · Kairos">
    <h1>
      <img src="/icon.svg" alt="" />
      Set a new password
    </h1>
    <p id="words">Use at least eight characters. Long is better than complicated: four plain words are fine.</p>
    <form>
      <label for="password">New password</label>
      <input id="password" name="password" type="password" autocomplete="new-password" minlength={8} required />
      <button type="submit">Set the password</button>
    </form>
    <script type="module" src="/pages/reset-password.js"></script>
  </Layout>
);
