export type ProviderId = 'google' | 'github';

/** The client that the operator has registered at the provider. In tests, `baseUrl` is the URL of a stub. */
export type ClientRegistration = { id: string; secret: string; baseUrl?: string | undefined };

/** The identity of a rider at a provider. The email address counts only if the provider has verified it. */
export type Profile = { subject: string; email: string | undefined; isEmailVerified: boolean; name: string };

/** The provider did not answer as specified. The client never sees the message of this error. */
export class ProviderFailure extends Error {}

/** Fetches JSON from the provider; throws `ProviderFailure` for any other reply. */
export type FetchJson = (url: string, init?: RequestInit) => Promise<unknown>;

export type AuthorizationRequest = { redirectUri: string; state: string; codeChallenge: string; nonce: string };
export type AuthorizationResponse = {
  redirectUri: string;
  code: string;
  codeVerifier: string;
  nonce: string;
  now: Date;
};

/**
 * A provider's dialect of RFC 6749: the URL that the browser is sent to, and the profile after its return. No I/O
 * but `fetchJson`.
 */
export type Provider = {
  readonly id: ProviderId;
  readonly name: string;
  /** The `iss` that the provider sends with its answer (RFC 9207), if it sends one. */
  issuer(client: ClientRegistration): string | undefined;
  authorizationUrl(client: ClientRegistration, request: AuthorizationRequest): string;
  profile(client: ClientRegistration, response: AuthorizationResponse, fetchJson: FetchJson): Promise<Profile>;
};

export function withQuery(url: string, parameters: Record<string, string>): string {
  return `${url}?${new URLSearchParams(parameters)}`;
}

/** RFC 6749 section 4.1.3, with the client's secret in the body and PKCE (RFC 7636). */
export const codeGrant = (
  { id, secret }: ClientRegistration,
  { code, codeVerifier, redirectUri }: AuthorizationResponse,
): RequestInit => ({
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
