/** A GraphQL input says "not given" as null or by absence; services know absence only. */
export type Given<T> = T extends Promise<unknown> | Date | Uint8Array
  ? T
  : T extends readonly (infer Item)[]
    ? Given<Exclude<Item, null>>[]
    : T extends object
      ? { [Key in keyof T]: Given<Exclude<T[Key], null>> }
      : T;

export function given<T>(value: T): Given<T> {
  if (Array.isArray(value)) return value.map(given) as Given<T>;
  if (typeof value !== 'object' || value === null || value instanceof Promise || value instanceof Date)
    return value as Given<T>;
  const entries = Object.entries(value).filter(([, item]) => item !== null && item !== undefined);
  return Object.fromEntries(entries.map(([key, item]) => [key, given(item)])) as Given<T>;
}

/** A filter: an empty list filters nothing, since it mostly comes of a form in which nothing was chosen. */
export function givenFilter<T extends object>(filter: T | null | undefined): Given<T> {
  const entries = Object.entries(given(filter ?? {})).filter(([, item]) => !Array.isArray(item) || item.length > 0);
  return Object.fromEntries(entries) as Given<T>;
}
