/** The variable that leads AWS's SDKs to another server for a service, which is named as signatures name it. */
export function endpointVariable(service: string): string {
  const name = Object.hasOwn(sdkNames, service) ? sdkNames[service] : undefined;
  return `AWS_ENDPOINT_URL_${name ?? service.toUpperCase().replaceAll("-", "_")}`;
}

/** Where SDKs call a service otherwise than signatures do (the services' models). */
const sdkNames: Readonly<Record<string, string>> = {
  "application-autoscaling": "APPLICATION_AUTO_SCALING",
  "cognito-idp": "COGNITO_IDENTITY_PROVIDER",
  email: "SES",
  es: "OPENSEARCH",
  events: "EVENTBRIDGE",
  geo: "LOCATION",
  iotdata: "IOT_DATA_PLANE",
  logs: "CLOUDWATCH_LOGS",
  mobiletargeting: "PINPOINT",
  monitoring: "CLOUDWATCH",
  route53: "ROUTE_53",
  secretsmanager: "SECRETS_MANAGER",
  states: "SFN",
};
