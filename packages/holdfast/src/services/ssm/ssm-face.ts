import { createJsonFace } from "../json-protocol.ts";
import type { ServiceFace } from "../service-face.ts";
import { parameterReads } from "./parameter-reads.ts";
import { ParameterStore, type ParameterStoreOptions } from "./parameter-store.ts";
import { parameterWrites } from "./parameter-writes.ts";

export interface SsmFaceOptions extends ParameterStoreOptions {
  readonly accountId: string;
}

/** Systems Manager's parameter store. Of a parameter its last version is kept. */
export function createSsmFace(options: SsmFaceOptions): ServiceFace {
  const store = new ParameterStore(options);
  return createJsonFace({
    service: "ssm",
    targetPrefix: "AmazonSSM",
    version: "1.1",
    operations: { ...parameterReads(store, options.accountId), ...parameterWrites(store) },
  });
}
