import { ApiGatewayManagementApiClient, PostToConnectionCommand } from "@aws-sdk/client-apigatewaymanagementapi";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DeleteCommand, DynamoDBDocumentClient, ScanCommand } from "@aws-sdk/lib-dynamodb";

const { TABLE_NAME, API_ID, STAGE, AWS_REGION } = process.env;
const db = DynamoDBDocumentClient.from(new DynamoDBClient({}));
const api = new ApiGatewayManagementApiClient({
  endpoint: `https://${API_ID}.execute-api.${AWS_REGION}.amazonaws.com/${STAGE}`,
});

export const handler = async (event) => {
  const { data } = JSON.parse(event.body);
  const { Items } = await db.send(
    new ScanCommand({ TableName: TABLE_NAME, ProjectionExpression: "connectionId" }),
  );
  await Promise.all(
    Items.map(async ({ connectionId }) => {
      try {
        await api.send(new PostToConnectionCommand({ ConnectionId: connectionId, Data: data }));
      } catch (e) {
        if (e.name !== "GoneException") throw e;
        await db.send(new DeleteCommand({ TableName: TABLE_NAME, Key: { connectionId } }));
      }
    }),
  );
  return { statusCode: 200 };
};
