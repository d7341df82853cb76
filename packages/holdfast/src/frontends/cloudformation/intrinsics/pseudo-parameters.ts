import { createHash } from "node:crypto";
import type { AwsPlace } from "../../../ports/frontend.ts";
import type { Json } from "../template/template.ts";

/** `AWS::Region` and the like. The stack's id is the same each time, so that names made of it are. */
export function pseudoParameters(
  { region, accountId }: AwsPlace,
  stackName: string,
): Readonly<Record<string, Json>> {
  const { partition, urlSuffix } = partitionOf(region);
  const hash = createHash("sha256").update(`${accountId} ${region} ${stackName}`).digest("hex");
  const uuid = hash.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, "$1-$2-$3-$4-$5");
  return {
    "AWS::AccountId": accountId,
    "AWS::NotificationARNs": [],
    "AWS::Partition": partition,
    "AWS::Region": region,
    "AWS::StackId": `arn:${partition}:cloudformation:${region}:${accountId}:stack/${stackName}/${uuid}`,
    "AWS::StackName": stackName,
    "AWS::URLSuffix": urlSuffix,
  };
}

function partitionOf(region: string): { readonly partition: string; readonly urlSuffix: string } {
  if (region.startsWith("cn-")) return { partition: "aws-cn", urlSuffix: "amazonaws.com.cn" };
  return { partition: region.startsWith("us-gov-") ? "aws-us-gov" : "aws", urlSuffix: "amazonaws.com" };
}
