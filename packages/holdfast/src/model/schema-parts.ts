import {
  array,
  custom,
  finite,
  maxLength,
  number,
  pipe,
  record,
  string,
  type GenericSchema,
  type InferOutput,
} from "valibot";

/**
 * Takes a schema whose output is exactly `T`, `readonly` aside; any other does not compile. So neither the
 * interfaces nor the schemas can change alone.
 */
export function schemaOf<T>() {
  return <S extends GenericSchema>(schema: S & Agreement<InferOutput<S>, T>): S => schema;
}

type Agreement<A, B> = Same<Frozen<A>, Frozen<B>> extends true ? unknown : "schema and interface differ";
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
type Frozen<T> = T extends object ? { readonly [K in keyof T]: Frozen<T[K]> } : T;

// Bounds against data gone wild; mapping templates, the longest text there is, may have 300 KB on AWS.
const maximumTextLength = 1_048_576;
const maximumListLength = 10_000;

export const text = pipe(string(), maxLength(maximumTextLength));
export const amount = pipe(number(), finite());
// Its length first: then the items of a list gone wild are not looked at.
export const list = <S extends GenericSchema>(item: S) =>
  pipe(
    custom<readonly unknown[]>(
      (value) => !Array.isArray(value) || value.length <= maximumListLength,
      `Expected a list of at most ${maximumListLength}`,
    ),
    array(item),
  );

// Valibot's record leaves these three out without a word, for the safety of careless code behind it.
const unusableNames = ["__proto__", "prototype", "constructor"];
export const texts = pipe(
  custom<object>(
    (value) =>
      typeof value === "object" &&
      value !== null &&
      !unusableNames.some((name) => Object.hasOwn(value, name)),
    `Expected an object with texts, none of them called ${unusableNames.join(", ")}`,
  ),
  record(text, text),
);
