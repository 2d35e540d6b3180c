/** Rules for openapi.json that no linter has. `npm run check` applies them. */

type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };
type Node = { readonly [name: string]: Json };

const isNode = (value: Json | undefined): value is Node =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const nodeAt = (node: Node, name: string): Node => {
  const value = node[name];
  return isNode(value) ? value : {};
};
const listAt = (node: Node, name: string): readonly Json[] => {
  const value = node[name];
  return Array.isArray(value) ? value : [];
};
const nodesAt = (node: Node, name: string): Node[] => listAt(node, name).filter(isNode);
const textsAt = (node: Node, name: string): string[] => [listAt(node, name)].flat(2).map(String);

/** Names of types that an app has in scope without an import, or that every app of its kind imports. */
const takenNames = new Set(
  [
    // Swift, Foundation and SwiftUI.
    'Any Array Block Bundle Calendar Character Data Date Decimal Dictionary Error Host Identity Image Label List Locale',
    'Measurement Notification Operation Optional Port Process Progress Range Result Scene Sequence Set Stream String',
    'Text Thread Timer Transaction Unit URL View',
    // Kotlin and java.lang.
    'Annotation Boolean Byte Char Class Comparable Double Enum Exception Float Function Int Iterable Iterator Lazy Long',
    'Map Module Nothing Number Object Package Pair Record Runtime Short System Throwable Triple Void',
    // The DOM and maps.
    'Attr Comment Document Element Event File Headers History Location Lock Navigator Node Notification Option',
    'Path Plugin Point Polygon Report Request Response Route Selection Session Storage Window Worker',
  ].flatMap((line) => line.split(' ')),
);

/** The one word for a position, and the words for the two ends of a line. */
const positionNames = ['coordinates', 'start', 'end'];

/** Created without an address: several resources, and a report, which only admins read. */
const withoutLocation = ['createMarkers', 'createReport'];

/** A part of the document, with its place and the name of the property that holds it. */
type Part = { place: string; key: string; node: Node };

function* partsOf(value: Json | undefined, place: string, key = ''): Generator<Part> {
  if (Array.isArray(value)) for (const [index, item] of value.entries()) yield* partsOf(item, `${place}/${index}`, key);
  if (!isNode(value)) return;
  yield { place, key, node: value };
  for (const [name, member] of Object.entries(value)) {
    if (name === 'properties' && isNode(member)) {
      for (const [property, schema] of Object.entries(member))
        yield* partsOf(schema, `${place}/properties/${property}`, property);
    } else if (!['example', 'examples', 'enum'].includes(name)) yield* partsOf(member, `${place}/${name}`, name);
  }
}

const isNull = ({ type }: Node): boolean => type === 'null';
/** An app needs a name for the known values, because with any text beside them they are lost in TypeScript. */
const isOpenEnum = ([known = {}, any = {}]: readonly Node[], namedEnums: readonly string[]): boolean =>
  namedEnums.includes(String(known.$ref)) && any.type === 'string' && Object.keys(any).length === 1;

const takesNull = (schema: Node): boolean =>
  textsAt(schema, 'type').includes('null') || nodesAt(schema, 'anyOf').some(isNull) || 'nullable' in schema;

function choiceFaults({ place, node }: Part, namedEnums: readonly string[]): string[] {
  const [options, alternatives] = [nodesAt(node, 'anyOf'), nodesAt(node, 'oneOf')];
  const kinds = options.filter((option) => !isNull(option));
  const isRight = kinds.length === 1 || (kinds.length === 2 && isOpenEnum(kinds, namedEnums));
  const names = Object.values(nodeAt(nodeAt(node, 'discriminator'), 'mapping'));
  return [
    ...(options.length > 0 && !isRight
      ? [`${place} is an anyOf: use a oneOf with a discriminator, or a named enum and any text`]
      : []),
    ...(alternatives.some(({ $ref }) => $ref === undefined || !names.includes($ref))
      ? [`${place} is a oneOf without a discriminator that maps all its options`]
      : []),
  ];
}

function schemaFaults(part: Part, namedEnums: readonly string[]): string[] {
  const { place, key, node } = part;
  const isComponent = /^#\/components\/schemas\/\w+$/.test(place);
  const isNarrowing = /\/allOf\/\d+$/.test(place);
  const isPosition = node.$ref === '#/components/schemas/GeoPoint' && /\/properties\/\w+$/.test(place);
  return [
    ...(isNode(node.properties) && !isComponent && !isNarrowing ? [`${place} is an object without a name`] : []),
    ...(isComponent && takesNull(node) ? [`${place} may be null: say so where it is used`] : []),
    ...(isComponent && 'default' in node ? [`${place} has a default: say so where it is used`] : []),
    ...(isPosition && !positionNames.includes(key) ? [`${place} is a position: call it coordinates`] : []),
    ...choiceFaults(part, namedEnums),
  ];
}

type Operation = { id: string; path: string; node: Node };

function operationsOf(document: Node): Operation[] {
  return Object.entries(nodeAt(document, 'paths')).flatMap(([path, item]) =>
    Object.values(isNode(item) ? item : {})
      .filter(isNode)
      .map((node) => ({ id: String(node.operationId), path, node })),
  );
}

function parameterFaults({ id, node }: Operation): string[] {
  return nodesAt(node, 'parameters').flatMap((parameter) => {
    const name = `${id}: the parameter ${parameter.name}`;
    return [
      ...(takesNull(nodeAt(parameter, 'schema')) ? [`${name} is coerced or may be null`] : []),
      ...(parameter.in === 'path' && parameter.required !== true ? [`${name} is in the path and not required`] : []),
    ];
  });
}

/** The router matches a parameter only if it fills a whole segment. */
const pathFaults = ({ id, path }: Operation): string[] =>
  /^(?:\/(?:[\w.-]+|\{\w+\}))+$/.test(path) ? [] : [`${id}: the router never matches ${path}`];

function responseFaults(document: Node, { id, node }: Operation): string[] {
  const components = nodeAt(nodeAt(document, 'components'), 'responses');
  const hasPages = nodesAt(node, 'parameters').some(({ name }) => name === 'cursor');
  return Object.entries(nodeAt(node, 'responses')).flatMap(([status, given]) => {
    if (!isNode(given)) return [];
    const response = given.$ref ? nodeAt(components, String(given.$ref).replace(/^.*\//, '')) : given;
    const wanted = [
      ...(status === '401' ? ['WWW-Authenticate'] : []),
      ...(status === '429' || (status === '503' && id !== 'getReadiness') ? ['Retry-After'] : []),
      ...(status === '429' ? ['RateLimit'] : []),
      ...((status === '201' && !withoutLocation.includes(id)) || /^30[237]$/.test(status) ? ['Location'] : []),
      ...(status === '200' && hasPages ? ['Link'] : []),
    ];
    const headers = nodeAt(response, 'headers');
    const missing = wanted.filter((name) => !(name in headers));
    return [
      ...missing.map((name) => `${id}: ${status} does not declare ${name}`),
      ...problemFaults(`${id}: ${status}`, status, nodeAt(response, 'content')),
    ];
  });
}

function problemFaults(name: string, status: string, content: Node): string[] {
  const problem = content['application/problem+json'];
  if (!isNode(problem)) return /^4/.test(status) ? [`${name} is not a problem`] : [];
  if (status === 'default') return [];
  const codes = nodesAt(nodeAt(problem, 'schema'), 'allOf').flatMap((part) =>
    textsAt(nodeAt(nodeAt(part, 'properties'), 'code'), 'enum'),
  );
  const examples = Object.keys(nodeAt(problem, 'examples'));
  return codes.length > 0 && codes.join() === examples.join()
    ? []
    : [`${name} needs its codes as an enum, and an example of each`];
}

/** What is wrong with the document, as sentences. */
export function documentFaults(document: Node): string[] {
  const operations = operationsOf(document);
  const { schemas = {}, responses = {} } = nodeAt(document, 'components');
  const parts = [
    ...partsOf(document.paths, '#/paths'),
    ...partsOf(schemas, '#/components/schemas'),
    ...partsOf(responses, '#/components/responses'),
  ];
  const namedEnums = Object.entries(isNode(schemas) ? schemas : {})
    .filter(([, schema]) => isNode(schema) && 'enum' in schema)
    .map(([name]) => `#/components/schemas/${name}`);
  const order = nodesAt(document, 'tags').map(({ name }) => String(name));
  const used = new Set(operations.flatMap(({ node }) => textsAt(node, 'tags')));
  return [
    ...[...used].filter((tag) => !order.includes(tag)).map((tag) => `the tag ${tag} is not in the list of tags`),
    ...order.filter((tag) => !used.has(tag)).map((tag) => `no operation has the tag ${tag}`),
    ...Object.keys(isNode(schemas) ? schemas : {})
      .filter((name) => takenNames.has(name))
      .map((name) => `the schema ${name} has the name of a type of Swift, Kotlin or the DOM`),
    ...parts.flatMap((part) => schemaFaults(part, namedEnums)),
    ...operations.flatMap(parameterFaults),
    ...operations.flatMap(pathFaults),
    ...operations.flatMap((operation) => responseFaults(document, operation)),
  ];
}
