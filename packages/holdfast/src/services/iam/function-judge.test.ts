import { describe, expect, it } from "vitest";
import { systemClock } from "../../base/clock.ts";
import type { AppModel, FunctionModel, PolicyDocument } from "../../model/app-model.ts";
import type { AskedAccess } from "./asked-access.ts";
import { FunctionJudge } from "./function-judge.ts";

const table = "arn:aws:dynamodb:us-east-1:000000000000:table/games";
const get: AskedAccess = { action: "dynamodb:GetItem", resource: table };
const put: AskedAccess = { action: "dynamodb:PutItem", resource: table };

function written(...Statement: readonly object[]): PolicyDocument {
  return { name: "own", document: { Version: "2012-10-17", Statement } };
}

const managed = (name: string): PolicyDocument => ({ name: `arn:aws:iam::aws:policy/${name}`, document: {} });

interface Setting {
  readonly policies?: readonly PolicyDocument[] | undefined;
  readonly role?: string;
  readonly model?: Partial<AppModel>;
}

function judging({ policies, role, model = {} }: Setting) {
  const lines: { readonly event: string; readonly message: string }[] = [];
  const fn = { name: "work", ...(policies && { policies }), ...(role !== undefined && { role }) };
  const running = {
    buckets: [],
    topics: [],
    queues: [],
    functions: [fn as unknown as FunctionModel],
    ...model,
  } as unknown as AppModel;
  const judge = new FunctionJudge({
    model: () => running,
    accountId: "000000000000",
    clock: systemClock,
    log: (_level, event, fields) => lines.push({ event, message: String(fields?.message) }),
  });
  return {
    lines,
    /** Why not; undefined when it may. */
    refuse: (...asked: readonly AskedAccess[]) => {
      const denial = judge.refuse({ region: "us-east-1", function: "work" }, asked, { knownKeys: [] });
      return denial && `${denial.userArn} ${denial.access.action} ${denial.reason(denial.access.action)}`;
    },
  };
}

describe("a function's role", () => {
  it("allows what one of its policies allows, and all that is asked must be", () => {
    const { refuse } = judging({
      role: "arn:aws:iam::000000000000:role/apps/worker",
      policies: [written({ Effect: "Allow", Action: "dynamodb:Get*", Resource: table })],
    });
    expect(refuse(get)).toBeUndefined();
    expect(refuse(get, put)).toBe(
      "arn:aws:sts::000000000000:assumed-role/worker/work dynamodb:PutItem because no identity-based policy allows the dynamodb:PutItem action",
    );
  });

  it.each<[string, boolean, boolean]>([
    ["AdministratorAccess", true, true],
    ["PowerUserAccess", true, true],
    ["AmazonDynamoDBFullAccess", true, true],
    ["AmazonDynamoDBReadOnlyAccess", true, false],
    ["ReadOnlyAccess", true, false],
    ["service-role/AWSLambdaBasicExecutionRole", false, false],
    ["service-role/AWSLambdaDynamoDBExecutionRole", false, false],
    ["AmazonS3FullAccess", false, false],
  ])("has what AWS's %s allows", (name, mayGet, mayPut) => {
    const { refuse } = judging({ policies: [managed(name)] });
    expect([refuse(get) === undefined, refuse(put) === undefined]).toEqual([mayGet, mayPut]);
  });

  it("that is not known whole refuses only what it is seen to deny, and is warned of once", () => {
    const { refuse, lines } = judging({
      policies: [
        managed("SomethingRare"),
        written({ Effect: "Deny", Action: "dynamodb:PutItem", Resource: "*" }),
      ],
    });
    expect(refuse(get)).toBeUndefined();
    expect(refuse(get)).toBeUndefined();
    expect(lines).toEqual([
      {
        event: "iam.role-unknown",
        message:
          'What the role of function "work" may do is not known, so nothing is refused to it: arn:aws:iam::aws:policy/SomethingRare',
      },
    ]);
    expect(refuse(put)).toContain("with an explicit deny in an identity-based policy");
  });

  it("with a policy that cannot be used allows nothing", () => {
    const { refuse, lines } = judging({
      policies: [managed("AdministratorAccess"), written({ Effect: "Allow", Action: "*" })],
    });
    expect(refuse(get)).toContain("because no identity-based policy allows");
    expect(lines[0]?.message).toContain(
      "a policy cannot be used: own: Statement 1: it needs either Resource",
    );
  });

  it("has what depends on what is not known here refused, and the log says so", () => {
    const Condition = { StringEquals: { "aws:ResourceTag/team": "red" } };
    const { refuse, lines } = judging({
      policies: [written({ Effect: "Allow", Action: "*", Resource: "*", Condition })],
    });
    expect(refuse(get)).toContain("because no identity-based policy allows");
    expect(lines[0]?.message).toContain("what depends on aws:ResourceTag/team cannot be judged here");
  });

  it("knows the function by conditions", () => {
    const Condition = {
      ArnEquals: { "lambda:SourceFunctionArn": "arn:aws:lambda:us-east-1:000000000000:function:work" },
      StringEquals: { "aws:PrincipalAccount": "000000000000", "aws:RequestedRegion": "us-east-1" },
      Null: { "aws:SourceArn": "true", "s3:prefix": "true" },
    };
    const { refuse } = judging({
      policies: [written({ Effect: "Allow", Action: "*", Resource: "*", Condition })],
    });
    expect(refuse(get)).toBeUndefined();
  });

  it("is helped by the policy of what it reaches", () => {
    const object: AskedAccess = { action: "s3:GetObject", resource: "arn:aws:s3:::photos/a/b" };
    const policy = written({
      Effect: "Allow",
      Principal: { AWS: "arn:aws:iam::000000000000:role/work" },
      Action: "s3:GetObject",
      Resource: "arn:aws:s3:::photos/a/*",
    });
    const { refuse } = judging({
      policies: [],
      model: { buckets: [{ name: "photos", notifications: [], retain: false, policy }] },
    });
    expect(refuse(object)).toBeUndefined();
    expect(refuse({ ...object, resource: "arn:aws:s3:::photos/b" })).toContain("because no identity-based");
  });
});

it("functions without a role are not judged", () => {
  expect(judging({}).refuse(put)).toBeUndefined();
});
