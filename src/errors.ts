const statuses = {
  bad_request: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  precondition_failed: 412,
  too_large: 413,
  unsupported_media_type: 415,
  invalid: 422,
  too_many_requests: 429,
  unavailable: 503,
} as const;

export type ErrorKind = keyof typeof statuses;
export type ErrorStatus = (typeof statuses)[ErrorKind];

/** One fault of an input: a dotted path to the value, and what is wrong with it. */
export type InvalidPart = { path: string; message: string };

/** How much is left of a quota, and in how many seconds it grows again. */
export type Quota = { name: string; max: number; left: number; periodSeconds: number; resetSeconds: number };

export type AppErrorDetails = { errors?: readonly InvalidPart[]; quota?: Quota | readonly Quota[] };

/** The only error whose code and message reach the caller. Every other error is a bug and becomes `internal`. */
export class AppError extends Error {
  readonly status: ErrorStatus;
  readonly code: string;
  readonly details: AppErrorDetails;

  constructor(kind: ErrorKind, code: string, message: string, details: AppErrorDetails = {}) {
    super(message);
    this.status = statuses[kind];
    this.code = code;
    this.details = details;
  }
}

/** A failure as a route declares it. `detail` is the text that a caller usually gets. */
export type ProblemKind = { readonly status: number; readonly code: string; readonly detail: string };

export type ErrorFactory = ((details?: AppErrorDetails & { message?: string }) => AppError) & ProblemKind;

const defined = new Set<string>();

/** Declares an error once; `code` is part of the API and never changes. */
export function defineError(kind: ErrorKind, code: string, message: string): ErrorFactory {
  if (defined.has(code)) throw new Error(`error code defined twice: ${code}`);
  defined.add(code);
  return Object.assign(
    (details: AppErrorDetails & { message?: string } = {}) =>
      new AppError(kind, code, details.message ?? message, details),
    { status: statuses[kind], code, detail: message },
  );
}
