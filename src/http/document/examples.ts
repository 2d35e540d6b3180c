import { accountExamples } from './account-examples.ts';
import { adminExamples } from './admin-examples.ts';
import { journeyExamples } from './journey-examples.ts';
import { lineExamples } from './line-examples.ts';
import { riderExamples } from './rider-examples.ts';
import type { Examples } from './story.ts';

/** A body and an answer in case of success, by the id of the operation. */
export const examples: Examples = {
  ...accountExamples,
  ...journeyExamples,
  ...lineExamples,
  ...riderExamples,
  ...adminExamples,
};

type Content = Readonly<Record<string, object>>;
type Operation = {
  operationId?: string;
  requestBody?: { content?: Content };
  responses?: Readonly<Record<string, { content?: Content }>>;
};
type PathItem = Readonly<Record<string, Operation>>;

function setExample(content: Content = {}, example: unknown): void {
  if (example === undefined) return;
  for (const mediaType of Object.values(content)) Object.assign(mediaType, { example });
}

/** Writes the examples into a new document. */
export function addExamples<D extends { paths?: object }>(document: D): D {
  const items: readonly PathItem[] = Object.values(document.paths ?? {});
  for (const operation of items.flatMap((item) => Object.values(item))) {
    const { body, answer, answers = {} } = examples[operation.operationId ?? ''] ?? {};
    setExample(operation.requestBody?.content, body);
    for (const [status, { content }] of Object.entries(operation.responses ?? {}))
      if (status.startsWith('2')) setExample(content, answers[status] ?? answer);
  }
  return document;
}
