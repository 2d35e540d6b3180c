import type { Vite } from 'vitest/node';
import { mutate } from 'weapon-regex';

export type Node = Vite.ESTree.Node;

/** A replacement of one part of a source. */
export type Change = { start: number; end: number; replacement: string };

type Place = { node: Node; parent: Node | undefined; text: string };

const otherOperators: Readonly<Record<string, readonly string[]>> = {
  '<': ['<=', '>='],
  '<=': ['<', '>'],
  '>': ['>=', '<='],
  '>=': ['>', '<'],
  '===': ['!=='],
  '!==': ['==='],
  '&&': ['||'],
  '||': ['&&'],
  '??': ['&&'],
  '+': ['-'],
  '-': ['+'],
  '*': ['/'],
  '/': ['*'],
  '%': ['*'],
  '<<': ['>>'],
  '>>': ['<<'],
  '&': ['|'],
  '|': ['&'],
  '^': ['|'],
  '+=': ['-='],
  '-=': ['+='],
  '|=': ['&='],
  '??=': ['='],
};

const otherMethods: ReadonlyMap<string, string> = new Map([
  ['some', 'every'],
  ['every', 'some'],
  ['startsWith', 'endsWith'],
  ['min', 'max'],
  ['max', 'min'],
  ['floor', 'ceil'],
  ['ceil', 'floor'],
]);

/** Methods whose result is like their object, so that the object can replace the call. */
const links =
  /^(?:set[A-Z]\w*|trim\w*|to(?:Lower|Upper)Case|normalize|slice|subarray|replace|replaceAll|filter|reverse|concat|min|max|regex|refine|check|int|pipe)$/;

const largest = 512;
/** Texts with spaces are for people, and no mutants are made of them. */
const isProse = (text: string): boolean => /\s/.test(text);

const conditionOf = (node: Node): Node | undefined => {
  switch (node.type) {
    case 'IfStatement':
    case 'ConditionalExpression':
    case 'WhileStatement':
      return node.test;
    case 'ForStatement':
      return node.test ?? undefined;
    default:
      return undefined;
  }
};

/** Replaces a condition with true and false. A negated condition would show nothing more. */
function conditions({ node }: Place): Change[] {
  const test = conditionOf(node);
  if (!test) return [];
  const isLoop = node.type === 'ForStatement' || node.type === 'WhileStatement';
  return (isLoop ? ['false'] : ['true', 'false']).map((replacement) => ({ ...placeOf(test), replacement }));
}

function operators({ node, text }: Place): Change[] {
  if (node.type === 'UnaryExpression') {
    return node.operator === '!' ? [{ ...placeOf(node), replacement: sourceOf(node.argument, text) }] : [];
  }
  if (node.type === 'UpdateExpression') {
    const other = node.operator === '++' ? '--' : '++';
    return [{ ...placeOf(node), replacement: sourceOf(node, text).replace(node.operator, other) }];
  }
  if (node.type === 'AssignmentExpression') return otherOperator(node, text, (left, right) => [left, right]);
  if (node.type !== 'BinaryExpression' && node.type !== 'LogicalExpression') return [];
  return otherOperator(node, text, (left, right) => [`(${left}`, `${right})`]);
}

function otherOperator(
  { left, right, operator, ...node }: { start: number; end: number; left: Node; right: Node; operator: string },
  text: string,
  wrap: (left: string, right: string) => [string, string],
): Change[] {
  return (otherOperators[operator] ?? []).map((other) => {
    const [before, after] = wrap(sourceOf(left, text), sourceOf(right, text));
    return { ...placeOf(node), replacement: `${before} ${other} ${after}` };
  });
}

function literals({ node, parent, text }: Place): Change[] {
  const to = (...replacements: string[]) => replacements.map((replacement) => ({ ...placeOf(node), replacement }));
  if (node.type === 'ArrayExpression') return node.elements.length > 0 ? to('[]') : [];
  if (node.type === 'TemplateLiteral') {
    const isLeft = parent?.type === 'TaggedTemplateExpression' || isProse(sourceOf(node, text));
    return isLeft ? [] : to('``');
  }
  if (node.type !== 'Literal') return [];
  if ('regex' in node) {
    const { pattern, flags } = node.regex;
    return to(...regexes(pattern, flags).map((other) => `/${other}/${flags}`));
  }
  if (typeof node.value === 'boolean') return to(String(!node.value));
  if (typeof node.value === 'number') return node.value <= largest ? to(String(node.value + 1)) : [];
  return typeof node.value === 'string' && node.value && !isProse(node.value) ? to(`''`) : [];
}

/** Some mutants of weapon-regex are invalid with the given flags. */
function regexes(pattern: string, flags: string): string[] {
  const made = mutate(pattern, flags, { mutationLevels: [1] }).map((mutant) => mutant.pattern);
  return made.filter((other) => {
    try {
      return Boolean(new RegExp(other, flags));
    } catch {
      return false;
    }
  });
}

function calls({ node, text }: Place): Change[] {
  if (node.type !== 'CallExpression' || node.callee.type !== 'MemberExpression') return [];
  const { object, property } = node.callee;
  if (property.type !== 'Identifier') return [];
  const other = otherMethods.get(property.name);
  const isStatic = object.type === 'Identifier' && ['Math', 'z'].includes(object.name);
  return [
    ...(other ? [{ ...placeOf(property), replacement: other }] : []),
    ...(links.test(property.name) && !isStatic ? [{ ...placeOf(node), replacement: sourceOf(object, text) }] : []),
  ];
}

/** Removes an option. */
function options({ node, parent }: Place): Change[] {
  if (node.type !== 'ObjectExpression') return [];
  if (parent?.type !== 'CallExpression' && parent?.type !== 'NewExpression') return [];
  return node.properties
    .filter((property) => property.type === 'Property')
    .map((property) => ({ ...placeOf(property), replacement: '...{}' }));
}

/** Removes a statement, except a single one below an `if`, which `false` as condition removes. */
function statements({ node, parent }: Place): Change[] {
  const gone = [{ ...placeOf(node), replacement: ';' }];
  if (parent?.type === 'IfStatement' && parent.consequent === node && !parent.alternate) return [];
  switch (node.type) {
    case 'ThrowStatement':
    case 'BreakStatement':
    case 'ContinueStatement':
      return gone;
    case 'ExpressionStatement':
      return node.expression.type === 'Literal' ? [] : gone;
    default:
      return [];
  }
}

/** All changes of one node. */
export const changesAt = (place: Place): Change[] =>
  [conditions, operators, literals, calls, options, statements].flatMap((operator) => operator(place));

const placeOf = ({ start, end }: { start: number; end: number }) => ({ start, end });
const sourceOf = ({ start, end }: { start: number; end: number }, text: string): string => text.slice(start, end);
