/** `{apiId}.execute-api.{region}.amazonaws.com`, the name of an API on AWS. */
export interface ExecuteApiHost {
  readonly apiId: string;
  readonly region: string;
}

const awsSuffixes = [".amazonaws.com", ".amazonaws.com.cn"];
const executeApiPattern =
  /^(?<apiId>[a-z0-9]+)\.execute-api\.(?<region>[a-z0-9-]+)\.amazonaws\.com(?:\.cn)?$/;

/** Whether a name, in lower case, belongs to AWS. */
export function isAwsHost(name: string): boolean {
  return awsSuffixes.some((suffix) => name.endsWith(suffix));
}

/** Undefined for every other name. The name is in lower case. */
export function readExecuteApiHost(name: string): ExecuteApiHost | undefined {
  // Asked of each request's host, which is another mostly.
  if (!name.includes(".execute-api.")) return undefined;
  const { apiId, region } = executeApiPattern.exec(name)?.groups ?? {};
  return apiId === undefined || region === undefined ? undefined : { apiId, region };
}

/**
 * The name in a Host header or an authority: without the port and a last dot, in lower case; an IPv6 address without
 * its brackets. Empty when there is none.
 */
export function hostNameOf(authority: string): string {
  if (authority.startsWith("[")) {
    const bracketed = /^\[(?<address>[^\]]*)\]/.exec(authority)?.groups?.address;
    if (bracketed !== undefined) return bracketed.toLowerCase();
  }
  const colon = authority.indexOf(":");
  const name = colon === -1 ? authority : authority.slice(0, colon);
  return (name.endsWith(".") ? name.slice(0, -1) : name).toLowerCase();
}
