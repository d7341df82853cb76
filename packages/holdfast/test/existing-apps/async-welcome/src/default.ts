import { ApiGatewayManagementApiClient, PostToConnectionCommand } from "@aws-sdk/client-apigatewaymanagementapi";
import { GetParameterCommand, SSMClient } from "@aws-sdk/client-ssm";

interface MessageEvent {
  readonly body: string;
  readonly requestContext: {
    readonly connectionId: string;
    readonly domainName: string;
    readonly stage: string;
  };
}

const ssm = new SSMClient();

export async function handler({ body, requestContext }: MessageEvent): Promise<{ statusCode: number }> {
  const { connectionId, domainName, stage } = requestContext;
  const { Parameter } = await ssm.send(new GetParameterCommand({ Name: process.env.GREETING }));
  const api = new ApiGatewayManagementApiClient({ endpoint: `https://${domainName}/${stage}` });
  await api.send(
    new PostToConnectionCommand({ ConnectionId: connectionId, Data: `${Parameter?.Value}, ${body}` }),
  );
  return { statusCode: 200 };
}
