import { parseConnectionId } from "../../../gateway/ids.ts";
import type { ConnectionFacts } from "../../../model/gateway-event.ts";
import type { StoredConnectionRecords } from "../connection-records.ts";
import type { FrontDoor } from "../front-door.ts";
import type { Succession } from "./succession.ts";

/**
 * What an unclean stop left. Connections of a process that still sends its clients away are not among them, before it has
 * gone.
 */
export async function findGhosts(
  records: StoredConnectionRecords,
  succession: Succession | undefined,
): Promise<readonly ConnectionFacts[]> {
  const left = await records.left();
  const present = succession?.backplane.nodes() ?? [];
  return left.filter(({ connectionId }) => !present.includes(parseConnectionId(connectionId).node));
}

/** Ends what a process leaves that goes without having ended all of its connections. Returns what ends this. */
export function endGhostsOfOthers(
  records: StoredConnectionRecords,
  front: Pick<FrontDoor, "runGhosts">,
  { backplane }: Succession,
): () => void {
  return backplane.onGone((node) => {
    // What fails here is found again at the next start.
    void records.left().then(
      (left) =>
        front.runGhosts(left.filter(({ connectionId }) => parseConnectionId(connectionId).node === node)),
      () => {},
    );
  });
}
