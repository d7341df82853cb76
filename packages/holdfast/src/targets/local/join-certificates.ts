import type { CertificateSource } from "../../gateway/tls/certificate-source.ts";
import { isAwsHost } from "../../model/aws-hosts.ts";

/**
 * The operator's certificate for clients, and the local authority's for what only this machine asks for: names of AWS,
 * which lead here inside functions, and `localhost`.
 */
export function joinCertificates(
  own: CertificateSource | undefined,
  local: CertificateSource,
): CertificateSource {
  if (own === undefined) return local;
  const isOfThisMachine = (name: string): boolean =>
    name === "localhost" || name.endsWith(".localhost") || isAwsHost(name);
  return {
    fallback: () => own.fallback(),
    forName: (name) => (isOfThisMachine(name) ? local.forName(name) : own.forName(name)),
  };
}
