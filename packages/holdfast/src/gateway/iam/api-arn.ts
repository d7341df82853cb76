/** The parts of a resource's name that one API shares. */
export interface ApiPlace {
  readonly region: string;
  readonly accountId: string;
  readonly apiId: string;
}

/** What a policy must allow `execute-api:Invoke` on for a client to connect. */
export function connectArn(place: ApiPlace, stage: string): string {
  return `${stageArn(place, stage)}/$connect`;
}

/**
 * The resource that a call of the management API is checked against. The braces are meant: API Gateway asks for the
 * template, never for the connection's id (captured), so that a policy cannot single out a connection.
 */
export function connectionsArn(place: ApiPlace, stage: string, method: string): string {
  return `${stageArn(place, stage)}/${method}/@connections/{connectionId}`;
}

function stageArn({ region, accountId, apiId }: ApiPlace, stage: string): string {
  return `arn:aws:execute-api:${region}:${accountId}:${apiId}/${stage}`;
}

/** All but the account's last four digits hidden, as API Gateway's refusals show a resource (captured). */
export function maskAccount(arn: string): string {
  return arn.replace(/(?<=^(?:[^:]*:){4})\d+(?=\d{4}:)/, (digits) => "*".repeat(digits.length));
}
