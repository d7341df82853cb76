import { GoneError } from "../../base/errors.ts";
import type { Connections } from "../../ports/connections.ts";

/** Several APIs' connections as one: an id does not say whose it is, so each is asked, and all that are asked must not know it. */
export function joinConnections(members: readonly Connections[]): Connections {
  const ask = async <Result>(
    connectionId: string,
    question: (connections: Connections) => Promise<Result>,
  ): Promise<Result> => {
    for (const connections of members) {
      try {
        return await question(connections);
      } catch (error) {
        if (!(error instanceof GoneError)) throw error;
      }
    }
    throw new GoneError(connectionId);
  };
  return {
    send: (id, data) => ask(id, (connections) => connections.send(id, data)),
    close: (id, choice) => ask(id, (connections) => connections.close(id, choice)),
    describe: (id) => ask(id, (connections) => connections.describe(id)),
  };
}
