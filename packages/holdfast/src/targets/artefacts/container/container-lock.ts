import { selectLock, type LockEntries } from "./select-lock.ts";

/** Where the repository's lock has its two packages. */
export const lockedHoldfast = "packages/holdfast";
export const lockedImage = "packages/lambda-image";
/** Its dependencies are what Lambda's image for Node.js brings along. */
export const imagePackage = "holdfast-lambda-image";

/** The part of the repository's lock that images are made from: what a build of Holdfast keeps of it. */
export function keepForContainers(lock: LockEntries): LockEntries {
  const { dependencies = {}, optionalDependencies = {} } = lock[lockedHoldfast] ?? {};
  const ofHoldfast = Object.keys({ ...dependencies, ...optionalDependencies }).filter(
    (name) => name !== imagePackage,
  );
  const ofImage = Object.keys(lock[lockedImage]?.dependencies ?? {});
  const { sources } = selectLock(lock, [
    ...ofHoldfast.map((name) => ({ name, from: lockedHoldfast })),
    ...ofImage.map((name) => ({ name, from: lockedImage })),
  ]);
  const kept = [lockedHoldfast, lockedImage, ...sources].toSorted();
  return Object.fromEntries(kept.map((place) => [place, lock[place] ?? {}]));
}
