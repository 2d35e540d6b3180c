import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAst } from 'vitest/node';
import { root } from '../../../local/stack/paths.ts';
import { type Change, changesAt, type Node } from './operators.ts';

/** A source with one injected defect. */
export type Mutant = { file: string; line: number; change: string; mutated: string };

/** All distinct mutants of a source, by line. */
export function mutantsOf(file: string): Mutant[] {
  const text = readFileSync(join(root, file), 'utf8');
  const changes = nodesIn(parseAst(text, { lang: 'ts' })).flatMap(([node, parent]) =>
    changesAt({ node, parent, text }),
  );
  const mutants = changes.map((change): Mutant => {
    const line = text.slice(0, change.start).split('\n').length;
    const mutated = text.slice(0, change.start) + change.replacement + text.slice(change.end);
    return { file, line, change: describe(change, text), mutated };
  });
  return [...new Map(mutants.map((mutant) => [mutant.mutated, mutant])).values()].sort((a, b) => a.line - b.line);
}

const describe = ({ start, end, replacement }: Change, text: string): string =>
  [text.slice(start, end), replacement].map((part) => part.replaceAll(/\s+/g, ' ')).join('  →  ');

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && 'type' in value;

/** All nodes with their parents, except nodes without effect on the program and texts for people. */
function nodesIn(node: Node, parent?: Node): [Node, Node | undefined][] {
  if (isSkipped(node)) return [];
  const children = Object.entries(node)
    .filter(([key]) => !isForPeople(node, key))
    .flatMap(([, value]) => (Array.isArray(value) ? value : [value]))
    .filter(isNode);
  return [[node, parent], ...children.flatMap((child) => nodesIn(child, node))];
}

const transparent: readonly string[] = ['TSAsExpression', 'TSSatisfiesExpression', 'TSNonNullExpression'];

/** Types, imports and fixed parts of templates. */
const isSkipped = ({ type }: Node): boolean =>
  (type.startsWith('TS') && !transparent.includes(type)) || type === 'ImportDeclaration' || type === 'TemplateElement';

const describingCalls: readonly string[] = [
  'Error',
  'Fault',
  'defineError',
  'describeProblem',
  'condition',
  'log',
  'openapi',
];
const describingMembers: readonly string[] = ['description', 'detail', 'example', 'message', 'why'];

/** Whether a part of a node is a name, or a text for a log, an error or the document. */
function isForPeople(node: Node, key: string): boolean {
  if (key === 'parent' || key === 'typeAnnotation') return true;
  if (node.type === 'Property') {
    const name = node.key.type === 'Identifier' ? node.key.name : '';
    return key === 'key' ? !node.computed : describingMembers.includes(name);
  }
  if (node.type !== 'CallExpression' && node.type !== 'NewExpression') return false;
  const { callee } = node;
  const called = callee.type === 'MemberExpression' ? callee.property : callee;
  return key === 'arguments' && called.type === 'Identifier' && describingCalls.includes(called.name);
}
