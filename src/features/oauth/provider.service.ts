import type { Ctx } from '../../context.ts';
import { github } from './providers/github.ts';
import { google } from './providers/google.ts';
import { type Ask, type Provider, ProviderFailure, type ProviderId, type Registration } from './providers/provider.ts';

const providers: readonly Provider[] = [google, github];

export type Offered = { provider: Provider; client: Registration };

/** Those for which the operator has both a client id and its secret. */
export const offeredProviders = ({ config }: Ctx): Offered[] =>
  providers.flatMap((provider) => {
    const client = config.oauth.clients[provider.id];
    return client ? [{ provider, client }] : [];
  });

export const offeredProvider = (ctx: Ctx, id: ProviderId): Offered | undefined =>
  offeredProviders(ctx).find(({ provider }) => provider.id === id);

const timeoutMs = 5_000;
const maxBytes = 64 * 1024;

/** A reply is small, soon there and JSON, or it is a failure. */
export const askProvider: Ask = async (url, init) => {
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
