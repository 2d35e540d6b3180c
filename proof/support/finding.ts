/** What an engine has seen go wrong: how it was brought about, and what came of it. */
export type Finding = { kind: string; detail: string };
