/** A failed expectation of an engine: its cause and its effect. */
export type Finding = { kind: string; detail: string };
