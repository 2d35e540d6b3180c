import { stubSecret } from '../oauth/stub.ts';

/** Pages open at this address. Passkeys belong to a name, and browsers accept none for an IP address. */
export const localUrl = (port: number): string => `http://localhost:${port}`;

/**
 * The Worker's variables that depend on the ports, and those that only the local stack sets. A production Worker must not
 * have the latter, so they are not in wrangler.toml, which would advise adding them.
 */
export function localVariables({ port, consolePort }: { port: number; consolePort: number }): Record<string, string> {
  const console = `http://127.0.0.1:${consolePort}`;
  const pages = [localUrl(port), `http://127.0.0.1:${port}`];
  return {
    API_URL: localUrl(port),
    WEB_URL: localUrl(port),
    CORS_ORIGINS: pages.join(),
    OAUTH_RETURN_URLS: pages.map((page) => `${page}/sign-in`).join(),
    DATABASE_ENDPOINT: `${console}/sql`,
    // The embedded database serves one request at a time.
    DATABASE_WAIT_MS: '15000',
    RESEND_BASE_URL: console,
    GOOGLE_BASE_URL: `${console}/oauth/google`,
    GOOGLE_CLIENT_SECRET: stubSecret,
    GITHUB_BASE_URL: `${console}/oauth/github`,
    GITHUB_CLIENT_SECRET: stubSecret,
  };
}
