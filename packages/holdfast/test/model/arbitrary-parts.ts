import fc from "fast-check";

/** Optional properties are there or not. */
export function shape<T extends object, K extends keyof T>(
  required: readonly K[],
  arbitraries: { [P in keyof T]-?: fc.Arbitrary<Exclude<T[P], undefined>> },
): fc.Arbitrary<T> {
  return fc.record(arbitraries, { requiredKeys: [...required] }) as unknown as fc.Arbitrary<T>;
}

export const name = fc.oneof(
  fc.constantFrom("a", "b", "chat", "games", "$connect", "$x", "", "A b", "__proto__"),
  fc.string({ maxLength: 8 }),
);
export const flag = fc.boolean();
export const amount = fc.oneof(fc.constantFrom(0, 1, 50, 128, 29_000, 1.5, -1), fc.integer());
export const names = fc.dictionary(
  name.filter((one) => one !== "__proto__"),
  name,
  { maxKeys: 3 },
);
export const few = { maxLength: 3 };

/** Each with a name of its own: the order of things with the same name does have a meaning. */
export function list<T>(item: fc.Arbitrary<T>, nameOf: (item: T) => string): fc.Arbitrary<T[]> {
  return fc.uniqueArray(item, { ...few, selector: nameOf });
}

export const policy = fc.record({ name, document: names });
