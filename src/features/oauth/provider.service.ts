import type { Ctx } from '../../context.ts';
import { github } from './providers/github.ts';
import { google } from './providers/google.ts';
import {
  type AuthorizationResponse,
  type ClientRegistration,
  type FetchJson,
  type Profile,
  type Provider,
  ProviderFailure,
  type ProviderId,
} from './providers/provider.ts';

const providers: readonly Provider[] = [google, github];

/** A provider that this instance offers, with its client there. */
export type ProviderOffer = { provider: Provider; client: ClientRegistration };

/** The providers for which the operator has set both a client id and its secret. */
export const listProviders = ({ config }: Ctx): ProviderOffer[] =>
  providers.flatMap((provider) => {
    const client = config.oauth.clients[provider.id];
    return client ? [{ provider, client }] : [];
  });

export const findProvider = (ctx: Ctx, id: ProviderId): ProviderOffer | undefined =>
  listProviders(ctx).find(({ provider }) => provider.id === id);

export const getProviderName = (ctx: Ctx, id: ProviderId): string => findProvider(ctx, id)?.provider.name ?? id;

/** Asks the provider for the profile of the rider who has come back from it. */
export async function fetchProfile(
  ctx: Ctx,
  { provider, client }: ProviderOffer,
  response: Omit<AuthorizationResponse, 'now'>,
): Promise<Profile> {
  return await provider.profile(client, { ...response, now: ctx.now() }, fetchJson);
}

const timeoutMs = 5_000;
const maxBytes = 64 * 1024;

/** Anything but a small and quick reply in JSON is a failure. */
const fetchJson: FetchJson = async (url, init) => {
  try {
    const response = await fetch(url, { ...init, redirect: 'manual', signal: AbortSignal.timeout(timeoutMs) });
    const text = await readText(response);
    if (!response.ok) throw new ProviderFailure(`answered ${response.status}`);
    return JSON.parse(text);
  } catch (error) {
    throw error instanceof ProviderFailure ? error : new ProviderFailure('no JSON came', { cause: error });
  }
};

async function readText({ body }: Response): Promise<string> {
  if (!body) return '';
  const decoder = new TextDecoder();
  let [text, size] = ['', 0];
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > maxBytes) throw new ProviderFailure('too long a reply');
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
