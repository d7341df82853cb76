import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";

const lambda = new LambdaClient();

export const handler = async ({ requestContext, queryStringParameters }) => {
  const { connectionId, domainName, stage } = requestContext;
  await lambda.send(
    new InvokeCommand({
      FunctionName: process.env.WELCOME,
      InvocationType: "Event",
      Payload: JSON.stringify({ connectionId, domainName, stage, name: queryStringParameters?.name }),
    }),
  );
  return { statusCode: 200 };
};
