import type { AwsServiceRequest } from "../../ports/aws-services.ts";
import type { AccessTable } from "./asked-access.ts";
import { dynamoDbTable } from "./tables/dynamodb.ts";
import {
  apiGatewayTable,
  eventsTable,
  lambdaTable,
  logsTable,
  otherTable,
  schedulerTable,
  ssmTable,
  stsTable,
} from "./tables/others.ts";
import { snsTable, sqsTable } from "./tables/queues-and-topics.ts";
import { s3Table } from "./tables/s3.ts";

const tables: Readonly<Record<string, AccessTable>> = {
  apigateway: apiGatewayTable,
  dynamodb: dynamoDbTable,
  events: eventsTable,
  lambda: lambdaTable,
  logs: logsTable,
  s3: s3Table,
  scheduler: schedulerTable,
  sns: snsTable,
  sqs: sqsTable,
  ssm: ssmTable,
  sts: stsTable,
};

/** The table of the service that a request is for. */
export function accessTableOf({ service }: Pick<AwsServiceRequest, "service">): AccessTable {
  return (Object.hasOwn(tables, service) ? tables[service] : undefined) ?? otherTable;
}
