import { execFile } from "node:child_process";
import { accessSync, constants, readdirSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { HoldfastError } from "../../base/errors.ts";
import type { Log } from "../../base/log.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** An installed Python that runs. */
export interface Python {
  /** The program itself, not a shim that would look for it at each start. */
  readonly file: string;
  /** Such as `3.12`. */
  readonly version: string;
  readonly minor: number;
  /** Where it has AWS's SDK, which Lambda's images bring along: one that has it fits better. */
  readonly sdkFolder?: string;
  /** The version of boto3, such as `[1, 43]`. */
  readonly sdkVersion?: readonly [number, number];
}

/** What the runtime program needs. */
const oldestMinor = 9;
const probeTimeoutMs = 10_000;

const probeScript = `
import importlib.metadata, importlib.util, json, os, sys
sdk = importlib.util.find_spec("boto3")
folder = os.path.dirname(os.path.dirname(sdk.origin)) if sdk and sdk.origin else None
version = [int(part) for part in importlib.metadata.version("boto3").split(".")[:2]] if folder else None
print(json.dumps([sys.executable, sys.version_info[0], sys.version_info[1], folder, version]))
`;

/** Finds Pythons, and remembers what it found. */
export class PythonFinder {
  readonly #log: Log;
  readonly #found = new Map<string, Promise<readonly Python[]>>();
  readonly #toldOf = new Set<string>();

  constructor(log: Log) {
    this.#log = log;
  }

  /**
   * The very version if it is installed and runs, else the nearest newer, else the newest older: with a warning.
   * `runtime` is such as `python3.12`. Rejects with `RUNTIME_MISSING`.
   */
  async find(runtime: string, environment: Environment): Promise<Python> {
    const wanted = Number(runtime.slice("python3.".length));
    const exact = await this.#look([runtime], environment);
    // An environment that somebody made and switched on is meant as it is.
    const order = byFitness(wanted, { prefersSdk: environment.VIRTUAL_ENV === undefined });
    const [python] = exact.toSorted(order);
    if (python?.minor === wanted) return python;
    const [other] = (await this.#look(everyName(), environment)).toSorted(order);
    if (other === undefined) throw missing(runtime);
    if (other.minor !== wanted) this.#tell(runtime, other);
    return other;
  }

  /** The newest of AWS's SDKs here, whichever Python has it: it is Python alone, so that another version may use it. */
  async findSdk({ minor }: Python, environment: Environment): Promise<string | undefined> {
    const all = await this.#look(everyName(), environment);
    const [newest] = all.toSorted((a, b) => sdkRank(b) - sdkRank(a));
    // Older ones stand on packages that Python 3.12 no longer loads.
    const oldest = minor >= 12 ? sdkRank({ sdkVersion: [1, 28] }) : 0;
    return newest !== undefined && sdkRank(newest) >= oldest ? newest.sdkFolder : undefined;
  }

  #tell(runtime: string, { version, file }: Python): void {
    if (this.#toldOf.has(runtime)) return;
    this.#toldOf.add(runtime);
    const message = `${runtime} is not installed: its functions run in Python ${version} (${file})`;
    this.#log("warn", "runtime-replaced", { message, runtime });
  }

  #look(names: readonly string[], environment: Environment): Promise<readonly Python[]> {
    const places = [environment.PATH, environment.PYENV_ROOT, environment.HOME, environment.VIRTUAL_ENV];
    const key = JSON.stringify([names, places]);
    const known = this.#found.get(key) ?? probeAll(candidates(names, environment), environment);
    this.#found.set(key, known);
    return known;
  }
}

function everyName(): string[] {
  const versions = Array.from({ length: 12 }, (_, index) => `python3.${oldestMinor + index}`);
  return [...versions, "python3", "python"];
}

/** Best first: the version itself, then newer ones from the nearest on, then older ones from the newest on. */
function byFitness(
  wanted: number,
  { prefersSdk }: { readonly prefersSdk: boolean },
): (a: Python, b: Python) => number {
  const distance = ({ minor }: Python): number => (minor >= wanted ? minor - wanted : 1000 + wanted - minor);
  const lacksSdk = ({ sdkFolder }: Python): number => (prefersSdk && sdkFolder === undefined ? 1 : 0);
  return (a, b) => distance(a) - distance(b) || lacksSdk(a) - lacksSdk(b);
}

/** Programs of these names on the path, and where version managers keep theirs. */
function candidates(names: readonly string[], environment: Environment): string[] {
  const onPath = (environment.PATH ?? "").split(path.delimiter).filter((folder) => folder !== "");
  const folders = [...onPath, ...managedFolders(environment)];
  const suffix = process.platform === "win32" ? ".exe" : "";
  const files = folders.flatMap((folder) => names.map((name) => path.join(folder, name + suffix)));
  return [...new Set(files)].filter(isExecutable);
}

function managedFolders(environment: Environment): string[] {
  const home = environment.HOME ?? environment.USERPROFILE ?? homedir();
  const pyenv = path.join(environment.PYENV_ROOT ?? path.join(home, ".pyenv"), "versions");
  const uv = path.join(environment.XDG_DATA_HOME ?? path.join(home, ".local/share"), "uv/python");
  return [pyenv, uv].flatMap((folder) =>
    versionsIn(folder).map((version) => path.join(folder, version, "bin")),
  );
}

function versionsIn(folder: string): string[] {
  try {
    return readdirSync(folder).toSorted();
  } catch {
    return [];
  }
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

async function probeAll(files: readonly string[], environment: Environment): Promise<readonly Python[]> {
  const found = await Promise.all(files.map((file) => probe(file, environment)));
  return found.filter((python) => python !== undefined).filter(({ minor }) => minor >= oldestMinor);
}

function sdkRank({ sdkVersion: [major, minor] = [0, 0] }: Pick<Python, "sdkVersion">): number {
  return major * 1000 + minor;
}

type Probed = readonly [
  executable: string,
  major: number,
  minor: number,
  sdkFolder: string | null,
  sdkVersion: readonly [number, number] | null,
];

/** Undefined when it does not run: a version manager's shim may stand for nothing. */
async function probe(file: string, environment: Environment): Promise<Python | undefined> {
  try {
    const env = { ...environment, PYTHONDONTWRITEBYTECODE: "1" };
    const { stdout } = await promisify(execFile)(file, ["-c", probeScript], { env, timeout: probeTimeoutMs });
    const [executable, major, minor, sdkFolder, sdkVersion] = JSON.parse(stdout) as Probed;
    if (major !== 3) return undefined;
    const sdk = sdkFolder !== null && sdkVersion !== null ? { sdkFolder, sdkVersion } : {};
    return { file: executable, version: `3.${minor}`, minor, ...sdk };
  } catch {
    return undefined;
  }
}

function missing(runtime: string): HoldfastError {
  const version = runtime.slice("python".length);
  return new HoldfastError(
    "RUNTIME_MISSING",
    `No Python 3.${oldestMinor} or newer is installed, and functions ask for ${runtime}`,
    {
      hint: `Install Python ${version}: \`apt install python${version}\` (Debian, Ubuntu), \`brew install python@${version}\` (macOS) or \`pyenv install ${version}\`.`,
    },
  );
}
