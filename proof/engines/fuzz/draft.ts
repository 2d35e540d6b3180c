import { toJsonText } from '../../support/values.ts';

export type Body = { json: unknown } | { text: string } | { bytes: Uint8Array } | undefined;

/** A request on its way from an example that succeeds to what the tricks make of it. */
export type Draft = {
  method: string;
  path: string;
  query: readonly string[];
  headers: readonly (readonly [name: string, value: string])[];
  body: Body;
  /** Headers that prove who sends a body. */
  sign?: ((body: string) => Readonly<Record<string, string>>) | undefined;
};

/** One thing done to a request; `label` says in a few words what. */
export type Trick = { label: string; on: (draft: Draft) => Draft };

export const targetOf = ({ path, query }: Draft): string => path + (query.length > 0 ? `?${query.join('&')}` : '');

export function textOf(body: Body): string {
  if (body === undefined || 'bytes' in body) return '';
  return 'text' in body ? body.text : toJsonText(body.json);
}

export const bytesOf = (body: Body): Uint8Array | undefined =>
  body && ('bytes' in body ? body.bytes : new TextEncoder().encode(textOf(body)));

export const withHeader = (draft: Draft, name: string, value: string): Draft => ({
  ...draft,
  headers: [...draft.headers.filter(([own]) => own.toLowerCase() !== name.toLowerCase()), [name, value]],
});

export const withoutHeader = (draft: Draft, name: string): Draft => ({
  ...draft,
  headers: draft.headers.filter(([own]) => own.toLowerCase() !== name.toLowerCase()),
});

/** Goes between what changes the body and what changes the headers. */
export const signature: Trick = {
  label: 'signed',
  on: (draft) =>
    Object.entries(draft.sign?.(textOf(draft.body)) ?? {}).reduce(
      (signing, [name, value]) => withHeader(signing, name, value),
      draft,
    ),
};

/** `label` in few enough letters to be printed. */
export const labelled = (what: string, value: unknown): string =>
  `${what} ${(typeof value === 'string' ? JSON.stringify(value) : toJsonText(value)).slice(0, 60)}`;
