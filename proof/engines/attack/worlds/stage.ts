import { cellCentre, cellEastOf } from '../../../../src/lib/grid.ts';
import type { Rider } from './riders.ts';
import type { Scene } from './scene.ts';
import type { Stranger } from './strangers.ts';
import { clock, type SentRequest } from './twins.ts';

/** An encounter of a stranger, or a block or connection that they made. */
export type Owned = { by: Stranger; id: string };

export type Stage = {
  scene: Scene;
  strangers: readonly Stranger[];
  /** Tokens of callers with fewer rights: nobody, a guest, a minor, a script. */
  others: readonly (() => Promise<string | undefined>)[];
  /** A rider who may be logged out, renamed or deleted. */
  expendable: { rider: Rider; left: number };
  /** Cursors of earlier responses. */
  cursors: { label: string; target: string; cursor: string }[];
  idempotencyKeys: string[];
  /** What strangers were shown and have made, with the stranger. */
  encounters: Owned[];
  blocks: Owned[];
  connections: Owned[];
};

/** A request of a stranger; `label` is the operation's id, with a word on the variant. */
export type StrangerRequest = SentRequest & { label: string; by?: Stranger };

export type Maker = (stage: Stage) => Promise<StrangerRequest>;

export const json = { 'Content-Type': 'application/json' };
export const strangerOf = ({ scene, strangers }: Stage): Stranger => {
  const stranger = strangers[Math.floor(scene.roll() * strangers.length)];
  if (!stranger) throw new Error('the stage has no strangers');
  return stranger;
};
export const bearer = async (rider: Rider) => ({ Authorization: `Bearer ${await rider.token()}` });
export const pick = <T>({ scene }: Stage, items: readonly T[]): T | undefined =>
  items[Math.floor(scene.roll() * items.length)];
export const chance = ({ scene }: Stage, share: number): boolean => scene.roll() < share;
export const dayAfter = (days: number): string => new Date(clock.nowMs + days * 86_400_000).toISOString().slice(0, 10);

/** A place in the region, sometimes exactly on the edge of a cell. */
export function somewhere(stage: Stage): [number, number] {
  const { scene } = stage;
  if (chance(stage, 0.6)) return [...scene.placeIn(scene.cell())] as [number, number];
  const [longitude, latitude] = cellCentre(cellEastOf(scene.cell(), chance(stage, 0.5) ? 1 : -1));
  return [Number(longitude.toFixed(7)), Number((latitude + scene.oneOf([0, 0.1125, -0.1125])).toFixed(7))];
}

export function sometime(stage: Stage): string {
  const { scene } = stage;
  return new Date(clock.nowMs + scene.between(-6, 25) * 86_400_000).toISOString();
}

export function conditions(stage: Stage): Record<string, string> {
  const { scene } = stage;
  const tag = () => scene.oneOf(['"1"', '"2"', '"3"', '"4"', 'W/"1"', '*', '"1", "5"']);
  return {
    ...(chance(stage, 0.2) && { 'If-Match': tag() }),
    ...(chance(stage, 0.2) && { 'If-None-Match': tag() }),
    ...(chance(stage, 0.15) && { 'Idempotency-Key': pick(stage, stage.idempotencyKeys) ?? 'first' }),
  };
}
