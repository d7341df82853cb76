import type { Clock } from "../../base/clock.ts";
import { toError } from "../../base/errors.ts";
import type { Log } from "../../base/log.ts";
import { ApiKeys, type ReadApiKey } from "../../gateway/access/api-keys.ts";
import type { SignatureAccess } from "../../gateway/iam/authenticate.ts";
import type { AccessOptions } from "../../gateway/access/connect-access.ts";
import type { ApiKey, AppModel } from "../../model/app-model.ts";
import { regionOf } from "./aws-environment.ts";
import { readSecret, type SecretSource } from "./secrets.ts";

/** Who may connect to the app's APIs, over its deployments. */
export interface LocalAccess {
  readonly options: AccessOptions;
  /** From when it resolves, the model's keys and plans count; values of secrets are read now. Never rejects. */
  define(model: AppModel): Promise<void>;
}

export function createLocalAccess(
  options: SecretSource & {
    readonly clock: Clock;
    readonly log: Log;
    /** Whose signatures IAM on `$connect` takes. */
    readonly signatures: SignatureAccess;
  },
): LocalAccess {
  const { clock, log, environment, signatures } = options;
  const apiKeys = new ApiKeys(clock);
  const read = async ({ name, source, enabled }: ApiKey): Promise<readonly ReadApiKey[]> => {
    if (source.kind === "value") return [{ name, value: source.value, enabled }];
    try {
      return [{ name, value: await readSecret(source.secret, options), enabled }];
    } catch (error) {
      // The app runs without: nobody can have a key that has no value.
      log("warn", "access.api-key-missing", {
        message: `The API key "${name}" opens nothing: ${toError(error).message}`,
        hint: `Set ${source.secret} in the environment or in .env beside the app, and start or change the app.`,
      });
      return [];
    }
  };
  return {
    options: { region: regionOf(environment), iam: signatures, apiKeys },
    async define({ apiKeys: keys, usagePlans }) {
      apiKeys.define((await Promise.all(keys.map(read))).flat(), usagePlans);
    },
  };
}
