import { ApiGatewayManagementApiClient, GetConnectionCommand } from "@aws-sdk/client-apigatewaymanagementapi";
import {
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  TransactWriteItemsCommand,
} from "@aws-sdk/client-dynamodb";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { PurgeQueueCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { GetParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";

const dynamo = new DynamoDBClient();
const sqs = new SQSClient();
const s3 = new S3Client();
const table = { TableName: "notes" };

const calls = {
  get: (owner) => dynamo.send(new GetItemCommand({ ...table, Key: { owner: { S: owner } } })),
  put: (owner) => dynamo.send(new PutItemCommand({ ...table, Item: { owner: { S: owner } } })),
  delete: (owner) => dynamo.send(new DeleteItemCommand({ ...table, Key: { owner: { S: owner } } })),
  transact: (owner) =>
    dynamo.send(
      new TransactWriteItemsCommand({ TransactItems: [{ Put: { ...table, Item: { owner: { S: owner } } } }] }),
    ),
  sendOpen: () => sqs.send(new SendMessageCommand({ QueueUrl: process.env.OPEN, MessageBody: "x" })),
  sendClosed: () => sqs.send(new SendMessageCommand({ QueueUrl: process.env.CLOSED, MessageBody: "x" })),
  purgeOpen: () => sqs.send(new PurgeQueueCommand({ QueueUrl: process.env.OPEN })),
  purgeClosed: () => sqs.send(new PurgeQueueCommand({ QueueUrl: process.env.CLOSED })),
  publish: (Message) => new SNSClient().send(new PublishCommand({ TopicArn: process.env.NEWS, Message })),
  receiveClosed: async () => {
    const received = await sqs.send(new ReceiveMessageCommand({ QueueUrl: process.env.CLOSED }));
    return { Arn: received.Messages?.[0]?.Body ?? "nothing" };
  },
  putPhoto: (Key) => s3.send(new PutObjectCommand({ Bucket: "iam-photos", Key, Body: "x" })),
  getPhoto: (Key) => s3.send(new GetObjectCommand({ Bucket: "iam-photos", Key })),
  parameter: (name) => new SSMClient().send(new GetParameterCommand({ Name: name })),
  invoke: (name) => new LambdaClient().send(new InvokeCommand({ FunctionName: name })),
  whoami: () => new STSClient().send(new GetCallerIdentityCommand()),
  describe: (_, { connectionId, domainName, stage }) =>
    new ApiGatewayManagementApiClient({ endpoint: `https://${domainName}/${stage}` }).send(
      new GetConnectionCommand({ ConnectionId: connectionId }),
    ),
};

export async function handler({ body, requestContext }) {
  const { call, on } = JSON.parse(body);
  return { statusCode: 200, body: await outcomeOf(() => calls[call](on, requestContext)) };
}

async function outcomeOf(call) {
  try {
    const { Arn = "done" } = await call();
    return Arn;
  } catch (error) {
    return `${error.name} ${error.$metadata?.httpStatusCode}: ${error.message ?? error.Message}`;
  }
}
