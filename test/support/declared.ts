import openApi from '../../openapi.json';

type Reference = { $ref: string };
type Header = { required?: boolean };
type Problem = { schema: { allOf?: readonly { properties?: { code?: { enum?: readonly string[] } } }[] } };
type Response = {
  headers?: Readonly<Record<string, Reference>>;
  content?: Readonly<Record<string, Problem>>;
};
type Document = {
  paths: Readonly<
    Record<string, Readonly<Record<string, { responses: Readonly<Record<string, Response | Reference>> }>>>
  >;
  components: { responses: Readonly<Record<string, Response>>; headers: Readonly<Record<string, Header>> };
};

/** The compiler's type of the file lists every name in it. */
const document: Document = openApi as object as Document;

const toPattern = (path: string): RegExp =>
  new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`);

const operations = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, { responses }]) => ({ method, path, pattern: toPattern(path), responses })),
);

/** The longest pattern is the one without a parameter where two match. */
const operationAt = (method: string, pathname: string) =>
  operations
    .filter((one) => one.method === method.toLowerCase().replace('head', 'get') && one.pattern.test(pathname))
    .sort((one, other) => Number(one.path.includes('{')) - Number(other.path.includes('{')))[0];

const nameIn = ({ $ref }: Reference): string => $ref.split('/').at(-1) ?? '';

type Answer = { method: string; pathname: string; status: number; headers: Headers; code?: string | undefined };

/** What openapi.json does not declare of a response, or declares and is not there: status, code of a problem, headers. */
export function undeclaredOf({ method, pathname, status, headers, code }: Answer): string[] {
  const operation = operationAt(method, pathname);
  if (!operation) return [];
  const entry = operation.responses[status] ?? (code === 'internal' ? operation.responses.default : undefined);
  if (!entry) return [`does not declare the status ${status}`];
  const response = '$ref' in entry ? document.components.responses[nameIn(entry)] : entry;
  const codes = response?.content?.['application/problem+json']?.schema.allOf?.flatMap(
    ({ properties }) => properties?.code?.enum ?? [],
  );
  const isUnknown = code !== undefined && codes !== undefined && !codes.includes(code);
  return [...(isUnknown ? [`does not declare ${code}`] : []), ...headerFaults(headers, response?.headers ?? {})];
}

function headerFaults(sent: Headers, declared: Readonly<Record<string, Reference>>): string[] {
  return Object.entries(document.components.headers).flatMap(([name, { required }]) => {
    if (sent.has(name)) return name in declared ? [] : [`does not declare the header ${name}`];
    return required && name in declared ? [`declares the header ${name}, which is absent`] : [];
  });
}
