import { z } from 'zod';
import type { Ctx } from '../context.ts';
import { defineError } from '../errors.ts';
import { decodeBase64url, encodeBase64url } from '../lib/base64url.ts';
import { equalBytes, hmacSha256 } from '../lib/keys.ts';

export const invalidCursor = defineError(
  'bad_request',
  'http.invalid_cursor',
  'This cursor does not belong to this list. Start again without a cursor.',
);

export const defaultLimit = 20;

const macLength = 16;
const scopeOf = ({ actor }: Ctx, list: string): string => `${list}:${'userId' in actor ? actor.userId : 'anyone'}`;

/** The position after a page. It is opaque, and valid only for the same rider and the same list. */
export function sealCursor(ctx: Ctx, list: string, position: readonly string[]): string {
  const [key] = ctx.config.keys.cursor;
  if (!key) throw new Error('no key for cursors');
  const text = JSON.stringify(position);
  const mac = hmacSha256(key, `${scopeOf(ctx, list)}:${text}`).slice(0, macLength);
  return encodeBase64url(new Uint8Array([...mac, ...new TextEncoder().encode(text)]));
}

export function openCursor(ctx: Ctx, list: string, cursor: string | undefined): string[] | undefined {
  if (cursor === undefined) return;
  const bytes = decodeBase64url(cursor) ?? new Uint8Array();
  const text = new TextDecoder().decode(bytes.slice(macLength));
  const isOurs = ctx.config.keys.cursor.some((key) =>
    equalBytes(hmacSha256(key, `${scopeOf(ctx, list)}:${text}`).slice(0, macLength), bytes.slice(0, macLength)),
  );
  if (!isOurs) throw invalidCursor();
  return z.array(z.string()).parse(JSON.parse(text));
}

export type Page<T> = { items: T[]; nextCursor: string | null };

/** Cuts off the extra row, which was read to know whether a next page exists. */
export function cutPage<T>(
  ctx: Ctx,
  list: string,
  rows: T[],
  limit: number,
  positionOf: (row: T) => string[],
): Page<T> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: rows.length > limit && last ? sealCursor(ctx, list, positionOf(last)) : null };
}
