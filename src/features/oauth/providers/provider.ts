export type ProviderId = 'google' | 'github';

/** What an operator has been given by the provider. `baseUrl` is where a stub plays it. */
export type Registration = { id: string; secret: string; baseUrl?: string | undefined };

/** Who somebody is at a provider. The subject is what counts; the address only where the provider vouches for it. */
export type Profile = { subject: string; email: string | undefined; isEmailVerified: boolean; name: string };

/** The provider did not answer as it should. What it said is not told to anybody. */
export class ProviderFailure extends Error {}

/** Asks the provider for JSON; throws `ProviderFailure` for anything else that comes. */
export type Ask = (url: string, init?: RequestInit) => Promise<unknown>;

export type Departure = { redirectUri: string; state: string; codeChallenge: string; nonce: string };
export type Arrival = { redirectUri: string; code: string; codeVerifier: string; nonce: string; now: Date };

/** A foreign dialect of RFC 6749: where the browser is sent, and what its coming back is worth. No I/O but `ask`. */
export type Provider = {
  readonly id: ProviderId;
  readonly name: string;
  /** The `iss` that the provider sends along (RFC 9207), where it does. */
  issuer(client: Registration): string | undefined;
  authorizationUrl(client: Registration, departure: Departure): string;
  profile(client: Registration, arrival: Arrival, ask: Ask): Promise<Profile>;
};

export function withQuery(url: string, parameters: Record<string, string>): string {
  return `${url}?${new URLSearchParams(parameters)}`;
}

/** RFC 6749 section 4.1.3, with the client's secret in the body and PKCE (RFC 7636). */
export const codeGrant = ({ id, secret }: Registration, { code, codeVerifier, redirectUri }: Arrival): RequestInit => ({
  method: 'POST',
  headers: { Accept: 'application/json' },
  body: new URLSearchParams({
    grant_type: 'authorization_code',
    client_id: id,
    client_secret: secret,
    code,
    code_verifier: codeVerifier,
    redirect_uri: redirectUri,
  }),
});
