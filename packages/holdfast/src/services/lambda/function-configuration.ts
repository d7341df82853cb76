import { createHash } from "node:crypto";
import type { FunctionModel } from "../../model/app-model.ts";
import { functionArn, type FunctionPlace } from "./function-address.ts";

/** What Lambda has where a function says nothing (documented). */
const defaultMemoryMb = 128;

/** A function as Lambda describes it. What there is none of here, such as a code's size, is 0. */
export function functionConfiguration(
  model: FunctionModel,
  place: FunctionPlace,
  deployedAtMs: number,
  qualifier?: string,
): Readonly<Record<string, unknown>> {
  const { name, code, runtime, environment, timeoutMs, memoryMb = defaultMemoryMb, layers = [] } = model;
  const digest = createHash("sha256").update(JSON.stringify(model)).digest();
  return {
    FunctionName: name,
    FunctionArn: functionArn(name, place, qualifier),
    Runtime: runtime,
    Role: `arn:aws:iam::${place.accountId}:role/${name}`,
    Handler: code.kind === "handler" ? code.handler : `${code.file}#${code.export}`,
    CodeSize: 0,
    Description: "",
    Timeout: Math.ceil(timeoutMs / 1000),
    MemorySize: memoryMb,
    LastModified: new Date(deployedAtMs).toISOString().replace("Z", "+0000"),
    CodeSha256: digest.toString("base64"),
    Version: "$LATEST",
    ...(Object.keys(environment).length > 0 && { Environment: { Variables: environment } }),
    TracingConfig: { Mode: "PassThrough" },
    RevisionId: toUuid(digest),
    ...(layers.length > 0 && {
      Layers: layers.map((layer) => ({
        Arn: `arn:aws:lambda:${place.region}:${place.accountId}:layer:${layerName(layer)}:1`,
        CodeSize: 0,
      })),
    }),
    State: "Active",
    LastUpdateStatus: "Successful",
    PackageType: "Zip",
    Architectures: [process.arch === "arm64" ? "arm64" : "x86_64"],
    EphemeralStorage: { Size: 512 },
    SnapStart: { ApplyOn: "None", OptimizationStatus: "Off" },
    LoggingConfig: { LogFormat: "Text", LogGroup: `/aws/lambda/${name}` },
  };
}

function layerName(folder: string): string {
  return (folder.split(/[\\/]/).findLast((part) => part !== "") ?? "layer").replaceAll(/[^\w-]/g, "-");
}

function toUuid(digest: Buffer): string {
  const hex = digest.toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
    "-",
  );
}
