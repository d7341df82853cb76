import { hkdfSync, randomBytes } from "node:crypto";
import { hostNameOf } from "../../model/aws-hosts.ts";
import { credentialSources } from "../../model/aws-credential-variables.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * What functions of a server find in their surroundings: keys that are nobody else's, by which the gateway knows them, and
 * its public name, which leads straight to it. On a laptop the keys are the same for everybody; a server takes only those
 * that it knows.
 */
export function withGatewayCredentials(
  environment: Environment,
  publicUrl: string | undefined,
  keySeed?: string,
): Environment {
  return {
    ...gatewayCredentials(environment, keySeed),
    ...environment,
    ...gatewayHosts(environment, publicUrl),
  };
}

/** Nothing where the environment says whose keys to use. Of one seed come the same keys; without it they come of chance. */
function gatewayCredentials(environment: Environment, keySeed?: string): Environment {
  if (credentialSources.some((name) => environment[name] !== undefined)) return {};
  const bytes =
    keySeed === undefined
      ? randomBytes(38)
      : Buffer.from(hkdfSync("sha256", keySeed, "", "keys of the gateway", 38));
  return {
    AWS_ACCESS_KEY_ID: `AKIA${bytes.subarray(0, 8).toString("hex").toUpperCase()}`,
    AWS_SECRET_ACCESS_KEY: bytes.subarray(8).toString("base64"),
  };
}

function gatewayHosts({ HOLDFAST_HOSTS }: Environment, publicUrl: string | undefined): Environment {
  if (publicUrl === undefined) return {};
  const own = hostNameOf(new URL(publicUrl).host);
  return { HOLDFAST_HOSTS: HOLDFAST_HOSTS === undefined ? own : `${HOLDFAST_HOSTS},${own}` };
}
