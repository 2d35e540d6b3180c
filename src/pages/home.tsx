import { Layout } from './layout.tsx';

const Link = ({ href, name, what }: { href: string; name: string; what: string }) => (
  <li>
    <a href={href}>
      <strong>{name}</strong>
      {what}
    </a>
  </li>
);

export const Home = () => (
  <Layout title="Kairos">
    <h1>
      <img src="/icon.svg" alt="" />
      Kairos
    </h1>
    <p>
      The backend that bikepackers’ apps talk to: plan a journey, drop markers, import a route, and find the riders
      whose route and dates come near yours.
    </p>
    <ul class="links">
      <Link href="/docs" name="API" what="Every call, to read and to try." />
      <Link href="/sign-in" name="Sign in" what="To see that your account works." />
      <Link href="/openapi.json" name="OpenAPI" what="The same for programs." />
      <Link href="/health" name="Health" what="Whether we are awake." />
    </ul>
    <p class="quiet">You are looking at the server. The map is in the app of your choice.</p>
  </Layout>
);
