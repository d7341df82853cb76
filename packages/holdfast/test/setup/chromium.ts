import { existsSync } from "node:fs";

/** Where Debian, and others after it, put Chromium. */
const candidates = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** The browser that tests drive; CHROMIUM_PATH wins. Undefined when there is none. */
export function chromiumPath(): string | undefined {
  return [process.env.CHROMIUM_PATH, ...candidates].find((file) => file !== undefined && existsSync(file));
}
