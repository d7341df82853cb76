/** A package that may not be installed: its tests are skipped then, and say so. */
export async function load<Package>(name: string): Promise<Package | undefined> {
  try {
    return (await import(name)) as Package;
  } catch (error) {
    console.warn(`Tests with ${name} are skipped: ${(error as Error).message}`);
    return undefined;
  }
}
