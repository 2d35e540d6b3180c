import { Layout } from './layout.tsx';

export const VerifyEmail = () => (
  <Layout title="Verify your address · Kairos">
    <h1>
      <img src="/icon.svg" alt="" />
      Verify your address
    </h1>
    <p id="words">Press the button to verify your address.</p>
    <button type="button">Verify my address</button>
    <script type="module" src="/pages/verify-email.js"></script>
  </Layout>
);
