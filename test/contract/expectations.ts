import { expect } from 'vitest';
import type { Answer } from '../support/app.ts';
import type { Operation } from './document.ts';
import { undeclaredIn } from './schema.ts';

/** The answer is one that the document declares for the operation, to the last field. */
export function expectDeclared(operation: Operation, answer: Answer): void {
  const said = `${operation.id}: ${answer.status} ${answer.text.slice(0, 500)}`;
  expect(undeclaredIn(operation, answer), said).toEqual([]);
}

/** An error of ours: declared, with its own status in it, and the id of the request it answers. */
export function expectProblem(operation: Operation, answer: Answer, status: number, code?: string): void {
  expect(answer.status, `${operation.id}: ${answer.text.slice(0, 500)}`).toBe(status);
  expectDeclared(operation, answer);
  expect(answer.headers.get('Content-Type')).toBe('application/problem+json');
  expect(answer.json.status).toBe(status);
  expect(answer.json.request_id).toBe(answer.headers.get('X-Request-Id'));
  if (code) expect(answer.json.code).toBe(code);
}

/** What the token endpoint says instead (RFC 6749 section 5.2). */
export function expectInvalidRequest(operation: Operation, answer: Answer): void {
  expectDeclared(operation, answer);
  expect(answer.status).toBe(400);
  expect(answer.json.error).toBe('invalid_request');
}
