import {
  ApiGatewayManagementApiClient,
  GoneException,
  PostToConnectionCommand,
} from "@aws-sdk/client-apigatewaymanagementapi";
import { setTimeout } from "node:timers/promises";

export const handler = async ({ connectionId, domainName, stage, name = "stranger" }) => {
  const api = new ApiGatewayManagementApiClient({ endpoint: `https://${domainName}/${stage}` });
  const Data = `Welcome, ${name}!`;
  for (let attempt = 1; ; attempt += 1) {
    try {
      await api.send(new PostToConnectionCommand({ ConnectionId: connectionId, Data }));
      return;
    } catch (error) {
      // The handshake may not be over yet.
      if (!(error instanceof GoneException) || attempt === 20) throw error;
      await setTimeout(50);
    }
  }
};
