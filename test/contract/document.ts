import { call } from '../support/app.ts';

/** The parts of JSON Schema that the document uses. */
export type Schema = {
  $ref?: string;
  type?: string | readonly string[];
  properties?: Readonly<Record<string, Schema>>;
  required?: readonly string[];
  items?: Schema;
  additionalProperties?: Schema | boolean;
  prefixItems?: readonly Schema[];
  anyOf?: readonly Schema[];
  oneOf?: readonly Schema[];
  allOf?: readonly Schema[];
  enum?: readonly unknown[];
  format?: string;
  pattern?: string;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  default?: unknown;
  example?: unknown;
};

export type Parameter = {
  name: string;
  in: 'path' | 'query' | 'header';
  description?: string;
  required?: boolean;
  schema: Schema;
};
type Content = Readonly<Record<string, { schema?: Schema; example?: unknown }>>;

export type Operation = {
  id: string;
  method: string;
  path: string;
  summary?: string;
  description?: string;
  tags?: readonly string[];
  security?: readonly Record<string, readonly string[]>[];
  parameters: readonly Parameter[];
  body?: { mediaType: string; mediaTypes: readonly string[]; schema: Schema; required: boolean; example?: unknown };
  responses: Readonly<Record<string, DeclaredResponse>>;
};

type DeclaredResponse = { description: string; content?: Content; headers?: Readonly<Record<string, unknown>> };

/** The document from `GET /openapi.json`. */
export const { json: document } = await call('GET', '/openapi.json');

type RequestBody = { required?: boolean; content: Content };
type DocumentOperation = Omit<Operation, 'id' | 'method' | 'path' | 'parameters' | 'body' | 'responses'> & {
  responses: Readonly<Record<string, DeclaredResponse | { $ref: string }>>;
  operationId: string;
  parameters?: readonly Parameter[];
  requestBody?: RequestBody;
};

export const operations: readonly Operation[] = Object.entries<Record<string, DocumentOperation>>(
  document.paths,
).flatMap(([path, item]) => Object.entries(item).map(([method, written]) => read(method, path, written)));

function read(
  method: string,
  path: string,
  { responses: written, operationId, parameters = [], requestBody, ...rest }: DocumentOperation,
): Operation {
  const responses = Object.fromEntries(
    Object.entries(written).map(([status, response]) => [status, withoutReference(response)]),
  );
  return {
    ...rest,
    responses,
    id: operationId,
    method: method.toUpperCase(),
    path,
    parameters,
    ...bodyOf(requestBody),
  };
}

function withoutReference(response: DeclaredResponse | { $ref: string }): DeclaredResponse {
  return '$ref' in response ? document.components.responses[response.$ref.split('/').at(-1) ?? ''] : response;
}

function bodyOf({ required = false, content }: RequestBody = { content: {} }): Pick<Operation, 'body'> {
  const [[mediaType, { schema, example }] = ['', {}]] = Object.entries(content);
  return schema ? { body: { mediaType, mediaTypes: Object.keys(content), schema, required, example } } : {};
}

export const byId = (id: string): Operation => {
  const found = operations.find((operation) => operation.id === id);
  if (!found) throw new Error(`openapi.json has no operation ${id}`);
  return found;
};

/** Whether an operation needs no credential: `security` is empty or has an empty alternative. */
export const isOpen = ({ security }: Operation): boolean =>
  security?.length === 0 || security?.some((way) => Object.keys(way).length === 0) === true;

export const isJsonBody = ({ body }: Operation): boolean => body?.mediaType === 'application/json';

export const pathParameters = ({ parameters }: Operation): Parameter[] =>
  parameters.filter((parameter) => parameter.in === 'path');
