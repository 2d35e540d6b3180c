import { toJsonText } from '../../support/values.ts';

export type Body = { json: unknown } | { text: string } | { bytes: Uint8Array } | undefined;

/** A request that starts as a valid example and is then changed. */
export type Draft = {
  method: string;
  path: string;
  query: readonly string[];
  headers: readonly (readonly [name: string, value: string])[];
  body: Body;
  /** Makes the headers that sign a body. */
  sign?: ((body: string) => Readonly<Record<string, string>>) | undefined;
};

/** One change of a request; `label` describes it in a few words. */
export type RequestChange = { label: string; apply: (draft: Draft) => Draft };

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

/** Signs the body. It stands after the changes for the body and before those for the headers. */
export const signature: RequestChange = {
  label: 'signature',
  apply: (draft) =>
    Object.entries(draft.sign?.(textOf(draft.body)) ?? {}).reduce(
      (signing, [name, value]) => withHeader(signing, name, value),
      draft,
    ),
};

/** A label that is short enough to print. */
export const labelOf = (what: string, value: unknown): string =>
  `${what} ${(typeof value === 'string' ? JSON.stringify(value) : toJsonText(value)).slice(0, 60)}`;
