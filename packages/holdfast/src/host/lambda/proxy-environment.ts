const proxyVariables = ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"];
/** Where the gateway is, and the names that lead to it. */
const directNames = ["localhost", "127.0.0.1", ".amazonaws.com", ".amazonaws.com.cn"];

/**
 * A function's environment in which no proxy of the user's stands before the gateway: it would look for AWS itself
 * under AWS's names, and boto3 takes a proxy even to this machine.
 */
export function withoutProxyToGateway(
  environment: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const { HOLDFAST_GATEWAY = "", HOLDFAST_AWS_NAMES } = environment;
  const hasProxy = proxyVariables.some((name) => (environment[name] ?? "") !== "");
  if (!hasProxy || HOLDFAST_GATEWAY === "" || HOLDFAST_AWS_NAMES === "off") return environment;
  // Where both are set, Python takes the small one, as most programs do.
  const given = environment.no_proxy ?? environment.NO_PROXY ?? "";
  const names = given === "*" ? given : [...(given === "" ? [] : [given]), ...directNames].join(",");
  return { ...environment, NO_PROXY: names, no_proxy: names };
}
