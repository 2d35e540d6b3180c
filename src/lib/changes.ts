/** The changes contain only these fields. */
export function changesOnly<T extends object>(changes: T, names: readonly (keyof T & string)[]): boolean {
  const allowed: readonly string[] = names;
  return Object.entries(changes).every(([name, value]) => value === undefined || allowed.includes(name));
}
