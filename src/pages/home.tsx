import { Layout, Link } from './layout.tsx';

export const Home = () => (
  <Layout title="Kairos">
    <p>
      The backend that bikepackers’ apps talk to: plan a journey, set markers, import a route, and find the riders whose
      route and dates come near yours.
    </p>
    <ul class="links">
      <Link href="/docs" name="API" what="Read about every call, and try it." />
      <Link href="/redoc" name="API reference" what="Read about every call, with examples beside it." />
      <Link href="/sign-in" name="Sign in" what="Check that your account works." />
      <Link href="/openapi.json" name="OpenAPI" what="The API description for programs." />
      <Link href="/health" name="Health" what="Check that the server runs." />
    </ul>
    <p class="quiet">This is the server. For the map, use an app.</p>
  </Layout>
);
