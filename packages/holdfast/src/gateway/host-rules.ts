import { isIP } from "node:net";
import { isAwsHost, readExecuteApiHost } from "../model/aws-hosts.ts";

/** Who may be asked for on a listener. */
export interface HostRules {
  /** Names beside `localhost`, in lower case. A name stands for itself only. */
  readonly names: ReadonlySet<string>;
}

/**
 * Whether a request with this host name may be answered. A page of any site can have its own name lead to this machine
 * and then read what is answered (DNS rebinding); what it cannot have is an address for a name, or a name of somebody
 * else's. AWS's names are for functions, which run on this machine, and for `execute-api` addresses anywhere.
 */
export function isAllowedHost(name: string, isLocalClient: boolean, { names }: HostRules): boolean {
  if (name === "localhost" || name.endsWith(".localhost") || isIP(name) !== 0 || names.has(name)) return true;
  if (readExecuteApiHost(name) !== undefined) return true;
  return isLocalClient && isAwsHost(name);
}
