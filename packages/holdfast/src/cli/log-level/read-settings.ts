import { HoldfastError } from "../../base/errors.ts";
import type { LogLevelChanges } from "../../ports/log-levels.ts";

/** `warn` is for all, `gateway=debug` for a component; what is said last counts. Throws `OPTION_INVALID`. */
export function readSettings(settings: readonly string[]): LogLevelChanges {
  let level: string | undefined;
  const levels: Record<string, string> = {};
  for (const setting of settings) {
    const [component = "", own, ...more] = setting.split("=");
    if (component === "" || own === "" || more.length > 0) {
      throw new HoldfastError("OPTION_INVALID", `${JSON.stringify(setting)} sets no log level`, {
        hint: "Write a level, such as warn, or a component with one, such as gateway=debug.",
      });
    }
    if (own === undefined) level = component;
    else levels[component] = own;
  }
  return { ...(level !== undefined && { level }), levels };
}
