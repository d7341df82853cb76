import { DeleteItemCommand, DynamoDBClient, PutItemCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";

const { CONNECTIONS, ORDERS, JOBS, NEWS, UPLOADS } = process.env;
const db = new DynamoDBClient();
const s3 = new S3Client();
const sns = new SNSClient();
const sqs = new SQSClient();

const actions = {
  job: ({ text }) => sqs.send(new SendMessageCommand({ QueueUrl: JOBS, MessageBody: text })),
  news: ({ text, importance }) =>
    sns.send(
      new PublishCommand({
        TopicArn: NEWS,
        Message: text,
        MessageAttributes: { importance: { DataType: "String", StringValue: importance } },
      }),
    ),
  upload: ({ key, text }) => s3.send(new PutObjectCommand({ Bucket: UPLOADS, Key: key, Body: text })),
  async order({ id, text }) {
    await db.send(new PutItemCommand({ TableName: ORDERS, Item: { id: { S: id }, text: { S: "" } } }));
    await db.send(
      new UpdateItemCommand({
        TableName: ORDERS,
        Key: { id: { S: id } },
        UpdateExpression: "SET #text = :text",
        ExpressionAttributeNames: { "#text": "text" },
        ExpressionAttributeValues: { ":text": { S: text } },
      }),
    );
  },
};

export const handler = async ({ requestContext: { eventType, connectionId }, body }) => {
  const id = { S: connectionId };
  if (eventType === "CONNECT") await db.send(new PutItemCommand({ TableName: CONNECTIONS, Item: { id } }));
  else if (eventType === "DISCONNECT")
    await db.send(new DeleteItemCommand({ TableName: CONNECTIONS, Key: { id } }));
  else {
    const { action, ...message } = JSON.parse(body);
    await actions[action](message);
  }
  return { statusCode: 200 };
};
