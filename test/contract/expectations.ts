import { expect } from 'vitest';
import type { Answer } from '../support/app.ts';
import type { Operation } from './document.ts';
import { undeclaredIn } from './schema.ts';

/** Expects that the document declares the response and all its fields. */
export function expectDeclared(operation: Operation, answer: Answer): void {
  const said = `${operation.id}: ${answer.status} ${answer.text.slice(0, 500)}`;
  expect(undeclaredIn(operation, answer), said).toEqual([]);
}

/** Expects a declared problem with its status and the id of the request. */
export function expectProblem(operation: Operation, answer: Answer, status: number, code?: string): void {
  expect(answer.status, `${operation.id}: ${answer.text.slice(0, 500)}`).toBe(status);
  expectDeclared(operation, answer);
  expect(answer.headers.get('Content-Type')).toBe('application/problem+json');
  expect(answer.json.status).toBe(status);
  expect(answer.json.request_id).toBe(answer.headers.get('X-Request-Id'));
  if (code) expect(answer.json.code).toBe(code);
}

/** Expects an error of the token endpoint (RFC 6749 section 5.2). */
export function expectInvalidRequest(operation: Operation, answer: Answer): void {
  expectDeclared(operation, answer);
  expect(answer.status).toBe(400);
  expect(answer.json.error).toBe('invalid_request');
}
