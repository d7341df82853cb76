import { expect, test } from "vitest";
import { endpointVariable } from "./aws-endpoint-variable.ts";

test.each([
  ["kinesis", "AWS_ENDPOINT_URL_KINESIS"],
  ["rds-data", "AWS_ENDPOINT_URL_RDS_DATA"],
  ["secretsmanager", "AWS_ENDPOINT_URL_SECRETS_MANAGER"],
  ["states", "AWS_ENDPOINT_URL_SFN"],
  ["constructor", "AWS_ENDPOINT_URL_CONSTRUCTOR"],
])("%s goes by %s", (service, variable) => {
  expect(endpointVariable(service)).toBe(variable);
});
