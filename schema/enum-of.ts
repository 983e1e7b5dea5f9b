import { registerEnumType } from 'type-graphql';

/** A GraphQL enum whose values are the strings that the rest of the house uses. */
export function enumOf<T extends string>(
  name: string,
  description: string,
  values: Record<T, string>,
): { [Value in T]: Value } {
  const object = Object.fromEntries(Object.keys(values).map(value => [value, value])) as { [Value in T]: Value };
  registerEnumType(object, {
    name,
    description,
    valuesConfig: Object.fromEntries(
      Object.entries<string>(values).map(([value, text]) => [value, { description: text }]),
    ) as Record<T, { description: string }>,
  });
  return object;
}

/** The texts for exactly these values: a value without one does not compile. */
export const texts = <T extends string>(_values: readonly T[], described: Record<T, string>) => described;
