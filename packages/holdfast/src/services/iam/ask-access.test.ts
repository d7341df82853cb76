import { describe, expect, it } from "vitest";
import type { AppModel, Table } from "../../model/app-model.ts";
import type { AwsServiceRequest } from "../../ports/aws-services.ts";
import { accessTableOf } from "./ask-access.ts";
import type { AskedAccess } from "./asked-access.ts";

const games: Table = {
  name: "games",
  key: { name: "id", type: "string" },
  sortKey: { name: "at", type: "number" },
  indexes: [{ name: "byOwner", key: { name: "owner", type: "string" }, projection: "all" }],
  retain: false,
};
const model = { tables: [games] } as unknown as AppModel;

interface Sent {
  readonly method?: string;
  readonly host?: string;
  readonly target?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

function ask(service: string, sent: Sent): readonly AskedAccess[] {
  const { method = "POST", host = "localhost", target = "/", headers = {}, body = "" } = sent;
  const request: AwsServiceRequest = {
    service,
    region: "eu-west-1",
    method,
    host,
    target,
    headers,
    body: Buffer.from(body),
    requestId: "1",
    caller: {},
  };
  return accessTableOf(request).ask(request, { region: "eu-west-1", accountId: "000000000000", model });
}

const call = (operation: string, input: unknown): Sent => ({
  headers: { "x-amz-target": `Some_20120810.${operation}` },
  body: JSON.stringify(input),
});

const form = (parameters: Record<string, string>): Sent => ({
  headers: { "content-type": "application/x-www-form-urlencoded" },
  body: new URLSearchParams(parameters).toString(),
});

/** Each as `action resource`, without region and account. */
function brief(asked: readonly AskedAccess[]): string[] {
  return asked.map(
    ({ action, resource }) => `${action} ${resource.replace(":eu-west-1:000000000000:", ":@:")}`,
  );
}

describe("what is asked of DynamoDB", () => {
  const table = "arn:aws:dynamodb:@:table/games";
  it.each<[string, unknown, string[]]>([
    ["GetItem", { TableName: "games" }, [`dynamodb:GetItem ${table}`]],
    [
      "GetItem",
      { TableName: "arn:aws:dynamodb:eu-west-1:000000000000:table/games" },
      [`dynamodb:GetItem ${table}`],
    ],
    ["Query", { TableName: "games", IndexName: "byOwner" }, [`dynamodb:Query ${table}/index/byOwner`]],
    ["GetItem", {}, ["dynamodb:GetItem *"]],
    ["CreateBackup", { TableName: "games" }, [`dynamodb:CreateBackup ${table}`]],
    ["ListTables", {}, ["dynamodb:ListTables *"]],
    ["DescribeEndpoints", {}, []],
    [
      "BatchGetItem",
      { RequestItems: { games: { Keys: [] }, other: {} } },
      [`dynamodb:BatchGetItem ${table}`, "dynamodb:BatchGetItem arn:aws:dynamodb:@:table/other"],
    ],
    ["BatchWriteItem", { RequestItems: {} }, ["dynamodb:BatchWriteItem *"]],
    [
      "TransactWriteItems",
      { TransactItems: [{ Put: { TableName: "games" } }, { ConditionCheck: { TableName: "games" } }] },
      [`dynamodb:PutItem ${table}`, `dynamodb:ConditionCheckItem ${table}`],
    ],
    ["TransactGetItems", { TransactItems: [{ Get: { TableName: "games" } }] }, [`dynamodb:GetItem ${table}`]],
    ["TransactGetItems", {}, ["dynamodb:TransactGetItems *"]],
    [
      "ExecuteStatement",
      { Statement: 'select * from "games"."byOwner"' },
      [`dynamodb:PartiQLSelect ${table}/index/byOwner`],
    ],
    ["ExecuteStatement", { Statement: "UPDATE games SET a=1" }, [`dynamodb:PartiQLUpdate ${table}`]],
    ["ExecuteStatement", { Statement: "nonsense" }, ["dynamodb:PartiQLSelect *"]],
    [
      "ExecuteTransaction",
      {
        TransactStatements: [{ Statement: "INSERT INTO games VALUE {}" }, { Statement: "DELETE FROM games" }],
      },
      [`dynamodb:PartiQLInsert ${table}`, `dynamodb:PartiQLDelete ${table}`],
    ],
    [
      "GetShardIterator",
      { StreamArn: "arn:aws:dynamodb:eu-west-1:000000000000:table/games/stream/1" },
      [`dynamodb:GetShardIterator ${table}/stream/1`],
    ],
  ])("by %s %j", (operation, input, asked) => {
    expect(brief(ask("dynamodb", call(operation, input)))).toEqual(asked);
  });

  it.each<[string, object, readonly string[] | undefined]>([
    ["GetItem", { Key: { id: { S: "ann" }, at: { N: "1" } } }, ["ann"]],
    ["PutItem", { Item: { id: { S: "ann" }, name: { S: "x" } } }, ["ann"]],
    [
      "Query",
      { KeyConditionExpression: "at > :t AND id=:i", ExpressionAttributeValues: { ":i": { S: "ann" } } },
      ["ann"],
    ],
    [
      "Query",
      {
        KeyConditionExpression: "#o = :o",
        ExpressionAttributeNames: { "#o": "owner" },
        ExpressionAttributeValues: { ":o": { S: "ben" } },
        IndexName: "byOwner",
      },
      ["ben"],
    ],
    ["Query", { KeyConditions: { id: { AttributeValueList: [{ S: "ann" }] } } }, ["ann"]],
    ["Scan", {}, undefined],
  ])("has the keys of %s %j", (operation, input, keys) => {
    const [asked] = ask("dynamodb", call(operation, { TableName: "games", ...input }));
    expect(asked?.keys?.["dynamodb:LeadingKeys"]).toEqual(keys);
  });

  it("has the keys of all items of a batch, and the attributes that are named", () => {
    const Keys = [{ id: { S: "ann" } }, { id: { S: "ben" } }];
    const [batch] = ask(
      "dynamodb",
      call("BatchGetItem", { RequestItems: { games: { Keys, ProjectionExpression: "score" } } }),
    );
    expect(batch?.keys).toMatchObject({
      "dynamodb:LeadingKeys": ["ann", "ben"],
      "dynamodb:Attributes": ["id", "score"],
    });
    const [update] = ask(
      "dynamodb",
      call("UpdateItem", {
        TableName: "games",
        Key: { id: { S: "ann" } },
        UpdateExpression: "SET #s.deep = if_not_exists(#s.deep, :one) REMOVE old[0]",
        ConditionExpression: "attribute_exists(state) AND score BETWEEN :a AND :b",
        ExpressionAttributeNames: { "#s": "stats" },
      }),
    );
    expect(update?.keys?.["dynamodb:Attributes"]).toEqual(["id", "state", "score", "stats", "old"]);
  });
});

describe("what is asked of S3", () => {
  const delete2 = "<Delete><Object><Key>a</Key></Object><Object><Key>b/c</Key></Object></Delete>";
  it.each<[Sent, string[]]>([
    [{ method: "GET", target: "/" }, ["s3:ListAllMyBuckets *"]],
    [{ method: "GET", target: "/photos/a%20b.png" }, ["s3:GetObject arn:aws:s3:::photos/a b.png"]],
    [{ method: "OPTIONS", target: "/photos/a" }, []],
    [{ method: "HEAD", target: "/photos/a" }, ["s3:GetObject arn:aws:s3:::photos/a"]],
    [
      { method: "GET", host: "photos.s3.amazonaws.com", target: "/a/b" },
      ["s3:GetObject arn:aws:s3:::photos/a/b"],
    ],
    [{ method: "GET", target: "/photos?list-type=2&prefix=a" }, ["s3:ListBucket arn:aws:s3:::photos"]],
    [{ method: "HEAD", target: "/photos" }, ["s3:ListBucket arn:aws:s3:::photos"]],
    [{ method: "GET", target: "/photos?location" }, ["s3:GetBucketLocation arn:aws:s3:::photos"]],
    [{ method: "GET", target: "/photos?cors" }, ["s3:GetBucketCORS arn:aws:s3:::photos"]],
    [{ method: "PUT", target: "/photos" }, ["s3:CreateBucket arn:aws:s3:::photos"]],
    [{ method: "PUT", target: "/photos/a" }, ["s3:PutObject arn:aws:s3:::photos/a"]],
    [{ method: "PUT", target: "/photos/a?tagging" }, ["s3:PutObjectTagging arn:aws:s3:::photos/a"]],
    [{ method: "GET", target: "/photos/a?versionId=1" }, ["s3:GetObjectVersion arn:aws:s3:::photos/a"]],
    [{ method: "POST", target: "/photos/a?uploads" }, ["s3:PutObject arn:aws:s3:::photos/a"]],
    [
      { method: "GET", target: "/photos/a?uploadId=1" },
      ["s3:ListMultipartUploadParts arn:aws:s3:::photos/a"],
    ],
    [{ method: "DELETE", target: "/photos/a?uploadId=1" }, ["s3:AbortMultipartUpload arn:aws:s3:::photos/a"]],
    [{ method: "DELETE", target: "/photos/a" }, ["s3:DeleteObject arn:aws:s3:::photos/a"]],
    [
      { method: "PUT", target: "/photos/a", headers: { "x-amz-copy-source": "/other/b%20c?versionId=null" } },
      ["s3:PutObject arn:aws:s3:::photos/a", "s3:GetObject arn:aws:s3:::other/b c"],
    ],
    [
      { method: "POST", target: "/photos?delete", body: delete2 },
      ["s3:DeleteObject arn:aws:s3:::photos/a", "s3:DeleteObject arn:aws:s3:::photos/b/c"],
    ],
  ])("by %j", (sent, asked) => {
    expect(brief(ask("s3", sent))).toEqual(asked);
  });

  it("has the prefix of a listing", () => {
    const [asked] = ask("s3", { method: "GET", target: "/photos?prefix=ann%2F&delimiter=%2F" });
    expect(asked?.keys).toMatchObject({ "s3:prefix": "ann/", "s3:delimiter": "/" });
  });
});

describe("what is asked of other services", () => {
  const url = "https://sqs.eu-west-1.amazonaws.com/000000000000/jobs";
  it.each<[string, Sent, string[]]>([
    ["sqs", call("SendMessageBatch", { QueueUrl: url }), ["sqs:SendMessage arn:aws:sqs:@:jobs"]],
    ["sqs", form({ Action: "ReceiveMessage", QueueUrl: url }), ["sqs:ReceiveMessage arn:aws:sqs:@:jobs"]],
    [
      "sqs",
      { ...form({ Action: "ReceiveMessage" }), target: "/000000000000/jobs" },
      ["sqs:ReceiveMessage arn:aws:sqs:@:jobs"],
    ],
    ["sqs", call("GetQueueUrl", { QueueName: "jobs" }), ["sqs:GetQueueUrl arn:aws:sqs:@:jobs"]],
    ["sqs", call("ListQueues", {}), ["sqs:ListQueues *"]],
    [
      "sns",
      form({ Action: "Publish", TopicArn: "arn:aws:sns:eu-west-1:000000000000:news" }),
      ["sns:Publish arn:aws:sns:@:news"],
    ],
    ["sns", form({ Action: "Publish", PhoneNumber: "+1" }), ["sns:Publish *"]],
    [
      "sns",
      form({ Action: "Unsubscribe", SubscriptionArn: "arn:aws:sns:eu-west-1:000000000000:news:1" }),
      ["sns:Unsubscribe arn:aws:sns:@:news"],
    ],
    [
      "ssm",
      call("GetParameter", { Name: "/chat/url:3" }),
      ["ssm:GetParameter arn:aws:ssm:@:parameter/chat/url"],
    ],
    [
      "ssm",
      call("GetParameters", { Names: ["a", "/b"] }),
      ["ssm:GetParameters arn:aws:ssm:@:parameter/a", "ssm:GetParameters arn:aws:ssm:@:parameter/b"],
    ],
    [
      "ssm",
      call("GetParametersByPath", { Path: "/chat" }),
      ["ssm:GetParametersByPath arn:aws:ssm:@:parameter/chat"],
    ],
    ["ssm", call("DescribeParameters", {}), ["ssm:DescribeParameters arn:aws:ssm:@:*"]],
    [
      "logs",
      call("PutLogEvents", { logGroupName: "/a", logStreamName: "b" }),
      ["logs:PutLogEvents arn:aws:logs:@:log-group:/a:log-stream:b"],
    ],
    [
      "logs",
      call("CreateLogGroup", { logGroupName: "/a" }),
      ["logs:CreateLogGroup arn:aws:logs:@:log-group:/a"],
    ],
    [
      "events",
      call("PutEvents", { Entries: [{}, { EventBusName: "own" }] }),
      [
        "events:PutEvents arn:aws:events:@:event-bus/default",
        "events:PutEvents arn:aws:events:@:event-bus/own",
      ],
    ],
    ["events", call("PutRule", { Name: "tick" }), ["events:PutRule arn:aws:events:@:rule/tick"]],
    ["sts", form({ Action: "GetCallerIdentity" }), []],
    [
      "sts",
      form({ Action: "AssumeRole", RoleArn: "arn:aws:iam::000000000000:role/r" }),
      ["sts:AssumeRole arn:aws:iam::000000000000:role/r"],
    ],
    [
      "lambda",
      { target: "/2015-03-31/functions/go/invocations" },
      ["lambda:InvokeFunction arn:aws:lambda:@:function:go"],
    ],
    [
      "lambda",
      { target: "/2015-03-31/functions/go/invocations?Qualifier=live" },
      ["lambda:InvokeFunction arn:aws:lambda:@:function:go:live"],
    ],
    [
      "lambda",
      {
        target:
          "/2015-03-31/functions/arn%3Aaws%3Alambda%3Aeu-west-1%3A000000000000%3Afunction%3Ago/invocations",
      },
      ["lambda:InvokeFunction arn:aws:lambda:@:function:go"],
    ],
    ["lambda", { method: "GET", target: "/2015-03-31/functions/" }, ["lambda:ListFunctions *"]],
    ["lambda", { method: "DELETE", target: "/2020/elsewhere" }, ["lambda:DELETE *"]],
    [
      "apigateway",
      { method: "GET", target: "/v2/apis/a1/routes?x" },
      ["apigateway:GET arn:aws:apigateway:eu-west-1::/apis/a1/routes"],
    ],
    [
      "scheduler",
      { method: "GET", target: "/schedules/tick" },
      ["scheduler:GetSchedule arn:aws:scheduler:@:schedule/default/tick"],
    ],
    ["kinesis", call("PutRecord", {}), ["kinesis:PutRecord *"]],
  ])("%s by %j", (service, sent, asked) => {
    expect(brief(ask(service, sent))).toEqual(asked);
  });
});
