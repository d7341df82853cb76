import { silentLog } from "../../src/base/log.ts";
import { PeerBackplane } from "../../src/gateway/cluster/peer-backplane.ts";
import { connectSocketPair } from "../../src/targets/server/supervision/socket-pair.ts";
import { describeBackplane } from "./backplane.ts";

describeBackplane("the backplane of peers", async (count) => {
  const nodes = Array.from({ length: count }, (_, node) => new PeerBackplane(node, silentLog));
  for (const one of nodes)
    for (const other of nodes.slice(one.node + 1)) {
      const [here, there] = await connectSocketPair();
      one.connect(other.node, here);
      other.connect(one.node, there);
    }
  return nodes;
});
