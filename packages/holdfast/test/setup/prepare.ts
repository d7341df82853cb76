/**
 * Sees that the programs that some suites need are there. What is missing is installed from Debian's packages when
 * that is surely welcome: as root, in a container or on CI. Elsewhere the suite that needs it skips, and says so.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { chromiumPath } from "./chromium.ts";
import { hasCompose, hasPrometheus } from "./prometheus.ts";
import { hasBoto3 } from "./python.ts";

interface Needed {
  readonly what: string;
  readonly packages: readonly string[];
  readonly suite: string;
  isThere(): boolean;
}

const needed: readonly Needed[] = [
  {
    what: "chromium",
    packages: ["chromium", "fonts-dejavu-core"],
    suite: "browser",
    isThere: () => chromiumPath() !== undefined,
  },
  {
    what: "Python with boto3",
    packages: ["python3", "python3-boto3"],
    suite: "e2e/existing-apps (handlers in Python)",
    isThere: hasBoto3,
  },
  {
    what: "Prometheus",
    packages: ["prometheus"],
    suite: "e2e/metrics (Prometheus itself, and promtool)",
    isThere: hasPrometheus,
  },
  {
    what: "docker-compose",
    packages: ["docker-compose"],
    suite: "e2e/metrics (the compose file)",
    isThere: hasCompose,
  },
];

const missing = needed.filter((one) => !one.isThere());
if (missing.length > 0 && mayInstall()) install(missing.flatMap((one) => one.packages));
for (const one of missing) {
  if (one.isThere()) continue;
  console.warn(
    `\n⚠ ${one.what} is not installed: the suite "${one.suite}" will be skipped. Install it with: apt-get install ${one.packages.join(" ")}\n`,
  );
}

function mayInstall(): boolean {
  if (process.platform !== "linux" || process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get"))
    return false;
  return (
    process.env.CI !== undefined ||
    existsSync("/.dockerenv") ||
    existsSync("/run/.containerenv") ||
    isSmallMachine()
  );
}

/** Cloud sandboxes often are containers without saying so: no init system runs in them. */
function isSmallMachine(): boolean {
  return !existsSync("/run/systemd/system");
}

function install(packages: readonly string[]): void {
  console.log(`Installing ${packages.join(", ")} from Debian's packages, which tests need …`);
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  spawnSync("apt-get", ["update", "-qq"], { stdio: "inherit", env });
  try {
    execFileSync("apt-get", ["install", "-y", "-qq", "--no-install-recommends", ...packages], {
      stdio: ["ignore", "ignore", "inherit"],
      env,
    });
  } catch {
    console.warn("That did not work.");
  }
}
