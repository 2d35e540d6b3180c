import { Layout, Link } from './layout.tsx';

export const NotFound = () => (
  <Layout title="Page not found">
    <p>Nothing exists at this address. Check it for a typing error, or go on from here.</p>
    <ul class="links">
      <Link href="/" name="Start page" what="See what this server is for." />
      <Link href="/docs" name="API" what="Read about every call, and try it." />
    </ul>
  </Layout>
);
