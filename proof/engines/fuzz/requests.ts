import fc from 'fast-check';
import { type Operation, pathParameters } from '../../../test/contract/document.ts';
import { wayOf } from '../../../test/contract/register.ts';
import { bodyChanges } from './bodies.ts';
import { type RequestChange, signature } from './draft.ts';
import { type Actor, actors } from './fixtures.ts';
import { headerChanges } from './headers.ts';
import { methodChanges, pathChanges } from './paths.ts';
import { queryChanges } from './queries.ts';

/** An example, the changes to it and the actor who sends it. */
export type Recipe = { name: string; actor: Actor; changes: readonly RequestChange[] };

/** Calls that hash a password take 200 ms of CPU, so they are rare. */
const weightOf = (name: string): number => (wayOf(name).hashes ? 1 : 12);

const few = (changes: fc.Arbitrary<RequestChange>, maxLength = 1) => fc.array(changes, { maxLength });

function changesFor(operation: Operation, body: unknown): fc.Arbitrary<readonly RequestChange[]> {
  const hasId = pathParameters(operation).length > 0;
  const parts = fc.tuple(
    few(bodyChanges(operation, body), operation.body ? 3 : 1).map((changes) =>
      operation.body ? changes : changes.slice(0, 1),
    ),
    few(queryChanges(operation), 2),
    few(pathChanges(hasId)),
    few(headerChanges, 2),
    few(methodChanges),
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
      changes: changesFor(operation, body),
    }),
  }));
  return fc.oneof(...choices);
}
