import type { ServerConfiguration } from "../../model/server-configuration.ts";

type Scalar = string | number | boolean;
/** Lists and maps with names of their own are set as a whole. */
type IsLeaf<T> = T extends Scalar | readonly unknown[] ? true : string extends keyof T ? true : false;

type PathsOf<T> = {
  [Name in keyof T & string]-?: IsLeaf<NonNullable<T[Name]>> extends true
    ? Name
    : `${Name}.${PathsOf<NonNullable<T[Name]>>}`;
}[keyof T & string];

type ValueIn<T, Path extends string> = Path extends `${infer Section}.${infer Rest}`
  ? Section extends keyof T
    ? ValueIn<NonNullable<T[Section]>, Rest>
    : never
  : Path extends keyof T
    ? NonNullable<T[Path]>
    : never;

/** Where a setting stands in the configuration, such as `limits.connections`. */
export type SettingPath = PathsOf<ServerConfiguration>;

export type SettingValue<Path extends SettingPath> = ValueIn<ServerConfiguration, Path>;
