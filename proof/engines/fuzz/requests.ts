import fc from 'fast-check';
import { type Operation, pathParameters } from '../../../test/contract/document.ts';
import { wayOf } from '../../../test/contract/register.ts';
import { bodyTricks } from './bodies.ts';
import { signature, type Trick } from './draft.ts';
import { headerTricks } from './headers.ts';
import { methodTricks, pathTricks } from './paths.ts';
import { queryTricks } from './queries.ts';
import { type Actor, actors } from './stage.ts';

/** An example, the tricks that change it and the actor who sends it. */
export type Recipe = { name: string; actor: Actor; tricks: readonly Trick[] };

/** Calls that hash a password take 200 ms of CPU, so they are rare. */
const weightOf = (name: string): number => (wayOf(name).hashes ? 1 : 12);

const few = (tricks: fc.Arbitrary<Trick>, maxLength = 1) => fc.array(tricks, { maxLength });

function tricksFor(operation: Operation, body: unknown): fc.Arbitrary<readonly Trick[]> {
  const hasId = pathParameters(operation).length > 0;
  const parts = fc.tuple(
    few(bodyTricks(operation, body), operation.body ? 3 : 1).map((tricks) =>
      operation.body ? tricks : tricks.slice(0, 1),
    ),
    few(queryTricks(operation), 2),
    few(pathTricks(hasId)),
    few(headerTricks, 2),
    few(methodTricks),
  );
  // Mostly one part at a time, since one fault can hide another.
  return parts.chain(([bodies, queries, paths, headers, methods]) => {
    const around = [...queries, ...paths, ...headers, ...methods];
    return fc.constantFrom(
      [...bodies, signature],
      ...(operation.body
        ? [
            [...bodies, signature],
            [...bodies, signature, ...headers],
          ]
        : []),
      [signature, ...queries, ...headers],
      [signature, ...queries],
      [signature, ...paths],
      [signature, ...headers],
      [...bodies, signature, ...around],
      [signature, ...paths, ...methods],
    );
  });
}

const weightedActors: readonly Actor[] = [...Array.from({ length: 10 }, () => 'owner' as const), ...actors, 'key'];

export type Kind = { name: string; operation: Operation; body: unknown };

/** Recipes from all of these examples. */
export function recipesFor(kinds: readonly Kind[]): fc.Arbitrary<Recipe> {
  const choices = kinds.map(({ name, operation, body }) => ({
    weight: weightOf(name),
    arbitrary: fc.record({
      name: fc.constant(name),
      actor: fc.constantFrom(...weightedActors),
      tricks: tricksFor(operation, body),
    }),
  }));
  return fc.oneof(...choices);
}
