import { ApiGatewayManagementApiClient, PostToConnectionCommand } from "@aws-sdk/client-apigatewaymanagementapi";
import { DynamoDBClient, paginateScan } from "@aws-sdk/client-dynamodb";

const { CONNECTIONS, WEBSOCKET_URL } = process.env;
const db = new DynamoDBClient();
const api = new ApiGatewayManagementApiClient({ endpoint: WEBSOCKET_URL.replace("wss://", "https://") });

async function tell(Data) {
  for await (const { Items } of paginateScan({ client: db }, { TableName: CONNECTIONS }))
    await Promise.all(
      Items.map(({ id }) => api.send(new PostToConnectionCommand({ ConnectionId: id.S, Data }))),
    );
}

export const handler = async ({ Records }) => {
  const batchItemFailures = [];
  for (const record of Records) {
    if (record.EventSource === "aws:sns") await tell(`news ${record.Sns.Message}`);
    else if (record.eventSource === "aws:s3") await tell(`upload ${record.s3.object.key} ${record.eventName}`);
    else if (record.eventSource === "aws:dynamodb") {
      const { OldImage, NewImage } = record.dynamodb;
      await tell(`order ${record.eventName} ${OldImage?.text.S ?? "-"} -> ${NewImage?.text.S ?? "-"}`);
    } else if (record.eventSourceARN.endsWith("FailedJobs")) await tell(`failed ${record.body}`);
    else if (record.body === "bad") batchItemFailures.push({ itemIdentifier: record.messageId });
    else await tell(`job ${record.body}`);
  }
  return { batchItemFailures };
};
