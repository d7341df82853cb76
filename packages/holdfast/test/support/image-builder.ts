import { execFile, execFileSync, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, mkdir, realpath, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Why images cannot be built here, or undefined. */
export function whyNoImages(): string | undefined {
  if (process.platform !== "linux" || process.getuid?.() !== 0)
    return "building images takes Linux and root here";
  try {
    execFileSync("buildah", ["--version"], { stdio: "ignore" });
  } catch {
    return "buildah is not installed: apt-get install -y buildah";
  }
  return npmFolder() === undefined ? "there is no npm beside this machine's node" : undefined;
}

/** Buildah with a store of its own, and without a daemon or namespaces, so that it works inside containers, too. */
export class ImageBuilder {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async buildah(command: string, ...args: readonly string[]): Promise<string> {
    const all = [...this.#store(), command, ...args];
    const { stdout } = await run("buildah", all, { maxBuffer: 64 * 1024 * 1024 });
    return stdout.trim();
  }

  async build(context: string, image: string, ...more: readonly string[]): Promise<void> {
    const layers = ["--isolation", "chroot", "--layers=false", "--format", "docker"];
    await this.buildah("bud", ...layers, ...more, "-t", image, context);
  }

  /** A base image, since none can be fetched: Node, npm, a shell, and the libraries that they need, from this machine. */
  async buildBase(image: string, node: string): Promise<void> {
    const context = path.join(this.#folder, "base");
    const root = path.join(context, "root");
    await copyProgram(node, root, "/usr/local/bin/node");
    for (const name of ["sh", "mkdir", "env", "id"]) await copyProgram(`/bin/${name}`, root, `/bin/${name}`);
    await mkdir(path.join(root, "usr/bin"), { recursive: true });
    await symlink("/bin/env", path.join(root, "usr/bin/env"));
    await cp(npmFolder() ?? "", path.join(root, "usr/local/lib/npm"), { recursive: true });
    await symlink("../lib/npm/bin/npm-cli.js", path.join(root, "usr/local/bin/npm"));
    await mkdir(path.join(root, "tmp"), { recursive: true });
    await writeFile(path.join(root, ".keep"), "");
    const authorities = process.env.NODE_EXTRA_CA_CERTS ?? systemAuthorities();
    if (authorities !== undefined) await cp(authorities, path.join(root, "etc/authorities.pem"));
    await writeFile(
      path.join(context, "Dockerfile"),
      [
        "FROM scratch",
        "COPY root /",
        'RUN ["/bin/sh", "-c", "mkdir -p -m 1777 /tmp"]',
        "ENV PATH=/usr/local/bin:/usr/bin:/bin",
        ...(authorities === undefined ? [] : ["ENV NODE_EXTRA_CA_CERTS=/etc/authorities.pem"]),
      ].join("\n"),
    );
    await this.build(context, image);
  }

  /** Runs a command in a working container; resolves with what it wrote. */
  async run(container: string, ...command: readonly string[]): Promise<string> {
    return this.buildah("run", "--isolation", "chroot", container, "--", ...command);
  }

  /** The same, for what runs until it is told to end. */
  start(container: string, ...command: readonly string[]): ReturnType<typeof spawn> {
    const args = [...this.#store(), "run", "--isolation", "chroot", container, "--", ...command];
    return spawn("buildah", args, { stdio: ["ignore", "pipe", "pipe"] });
  }

  #store(): readonly string[] {
    const store = ["--root", path.join(this.#folder, "store"), "--runroot", path.join(this.#folder, "run")];
    return [...store, "--storage-driver", "vfs"];
  }
}

/** Beside the machine's own node: the one that the repository pins comes without. */
function npmFolder(): string | undefined {
  return ["/usr/lib/node_modules/npm", "/usr/local/lib/node_modules/npm", "/usr/share/nodejs/npm"].find(
    (folder) => existsSync(folder),
  );
}

/** Those whom this machine trusts: its registry may be behind a proxy with an authority of its own. */
function systemAuthorities(): string | undefined {
  const file = "/etc/ssl/certs/ca-certificates.crt";
  return existsSync(file) ? file : undefined;
}

/** With the libraries that it is linked to, where it looks for them. */
async function copyProgram(program: string, root: string, to: string): Promise<void> {
  const { stdout } = await run("ldd", [program]);
  const libraries = [...stdout.matchAll(/(?:=> )?(\/\S+) \(0x/g)].map(([, file = ""]) => file);
  await copyFile(program, path.join(root, to));
  for (const library of libraries) await copyFile(library, path.join(root, library));
}

async function copyFile(from: string, to: string): Promise<void> {
  await mkdir(path.dirname(to), { recursive: true });
  await cp(await realpath(from), to);
}
