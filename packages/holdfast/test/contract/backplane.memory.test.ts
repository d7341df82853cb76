import { MemoryNetwork } from "../../src/gateway/cluster/memory-backplane.ts";
import { describeBackplane } from "./backplane.ts";

describeBackplane("the backplane in memory", async (count) => {
  const network = new MemoryNetwork();
  return Array.from({ length: count }, (_, node) => network.join(node));
});
