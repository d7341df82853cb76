/** A statement that allows: actions, and resources where these are not all. */
type Allowed = readonly [actions: readonly string[], resources?: readonly string[]];

const logging: Allowed = [["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]];
const streamReading = [
  "dynamodb:DescribeStream",
  "dynamodb:GetRecords",
  "dynamodb:GetShardIterator",
  "dynamodb:ListStreams",
];
const queueReading = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"];
const networking = [
  "ec2:CreateNetworkInterface",
  "ec2:DescribeNetworkInterfaces",
  "ec2:DescribeSubnets",
  "ec2:DeleteNetworkInterface",
  "ec2:AssignPrivateIpAddresses",
  "ec2:UnassignPrivateIpAddresses",
];

/**
 * Policies of AWS's own, by the ends of their ARNs: what each allows (documented) of the services that functions of
 * WebSocket apps call. What they allow besides, such as alarms and keys, nothing here asks for.
 */
const managedPolicies: Readonly<Record<string, readonly Allowed[]>> = {
  AdministratorAccess: [[["*"]]],
  ReadOnlyAccess: [
    [
      [
        "apigateway:GET",
        "dynamodb:BatchGet*",
        "dynamodb:Describe*",
        "dynamodb:Get*",
        "dynamodb:List*",
        "dynamodb:PartiQLSelect",
        "dynamodb:Query",
        "dynamodb:Scan",
        "events:Describe*",
        "events:List*",
        "events:Test*",
        "lambda:Get*",
        "lambda:List*",
        "logs:Describe*",
        "logs:FilterLogEvents",
        "logs:Get*",
        "logs:ListTagsLogGroup",
        "logs:StartQuery",
        "logs:StopQuery",
        "logs:TestMetricFilter",
        "s3:Get*",
        "s3:List*",
        "scheduler:Get*",
        "scheduler:List*",
        "sns:Get*",
        "sns:List*",
        "sns:Check*",
        "sqs:Get*",
        "sqs:List*",
        "sqs:Receive*",
        "ssm:Describe*",
        "ssm:Get*",
        "ssm:List*",
        "sts:GetAccessKeyInfo",
        "sts:GetCallerIdentity",
        "sts:GetSessionToken",
      ],
    ],
  ],
  AWSLambdaBasicExecutionRole: [logging],
  AWSLambdaVPCAccessExecutionRole: [logging, [networking]],
  AWSLambdaENIManagementAccess: [[networking]],
  AWSLambdaDynamoDBExecutionRole: [logging, [streamReading]],
  AWSLambdaInvocation_DynamoDB: [[["lambda:InvokeFunction"]], [streamReading]],
  AWSLambdaSQSQueueExecutionRole: [logging, [queueReading]],
  AWSLambdaKinesisExecutionRole: [logging, [["kinesis:*"]]],
  AWSLambdaExecute: [
    [["logs:*"], ["arn:aws:logs:*:*:*"]],
    [["s3:GetObject", "s3:PutObject"], ["arn:aws:s3:::*"]],
  ],
  AWSLambda_FullAccess: [
    [["lambda:*", "states:DescribeStateMachine", "states:ListStateMachines", "tag:GetResources"]],
  ],
  AWSLambda_ReadOnlyAccess: [[["lambda:Get*", "lambda:List*"]]],
  AWSLambdaRole: [[["lambda:InvokeFunction"]]],
  AWSXRayDaemonWriteAccess: [[["xray:*"]]],
  AWSXrayWriteOnlyAccess: [[["xray:*"]]],
  CloudWatchLambdaInsightsExecutionRolePolicy: [
    [["logs:CreateLogGroup"]],
    [["logs:CreateLogStream", "logs:PutLogEvents"], ["arn:aws:logs:*:*:log-group:/aws/lambda-insights:*"]],
  ],
  CloudWatchLogsFullAccess: [[["logs:*"]]],
  CloudWatchLogsReadOnlyAccess: [
    [
      [
        "logs:Describe*",
        "logs:Get*",
        "logs:List*",
        "logs:StartQuery",
        "logs:StopQuery",
        "logs:TestMetricFilter",
        "logs:FilterLogEvents",
        "logs:StartLiveTail",
        "logs:StopLiveTail",
      ],
    ],
  ],
  AmazonAPIGatewayInvokeFullAccess: [
    [["execute-api:Invoke", "execute-api:ManageConnections"], ["arn:aws:execute-api:*:*:*"]],
  ],
  AmazonAPIGatewayAdministrator: [[["apigateway:*"], ["arn:aws:apigateway:*::/*"]]],
  AmazonAPIGatewayPushToCloudWatchLogs: [
    [
      [
        "logs:CreateLogGroup",
        "logs:CreateLogStream",
        "logs:DescribeLogGroups",
        "logs:DescribeLogStreams",
        "logs:PutLogEvents",
        "logs:GetLogEvents",
        "logs:FilterLogEvents",
      ],
    ],
  ],
  AmazonDynamoDBFullAccess: [
    [
      [
        "dynamodb:*",
        "dax:*",
        "lambda:CreateFunction",
        "lambda:ListFunctions",
        "lambda:ListEventSourceMappings",
        "lambda:CreateEventSourceMapping",
        "lambda:DeleteEventSourceMapping",
        "lambda:GetFunctionConfiguration",
        "lambda:DeleteFunction",
        "sns:CreateTopic",
        "sns:DeleteTopic",
        "sns:ListSubscriptions",
        "sns:ListSubscriptionsByTopic",
        "sns:ListTopics",
        "sns:Subscribe",
        "sns:Unsubscribe",
        "sns:SetTopicAttributes",
      ],
    ],
  ],
  AmazonDynamoDBFullAccess_v2: [[["dynamodb:*", "dax:*"]]],
  AmazonDynamoDBReadOnlyAccess: [
    [
      [
        "dynamodb:BatchGetItem",
        "dynamodb:Describe*",
        "dynamodb:List*",
        "dynamodb:GetAbacStatus",
        "dynamodb:GetItem",
        "dynamodb:GetResourcePolicy",
        "dynamodb:Query",
        "dynamodb:Scan",
        "dynamodb:PartiQLSelect",
        "dax:Describe*",
        "dax:List*",
        "dax:GetItem",
        "dax:BatchGetItem",
        "dax:Query",
        "dax:Scan",
        "sns:ListSubscriptionsByTopic",
        "sns:ListTopics",
        "lambda:ListFunctions",
        "lambda:ListEventSourceMappings",
        "lambda:GetFunctionConfiguration",
      ],
    ],
  ],
  AmazonEventBridgeFullAccess: [[["events:*", "schemas:*", "scheduler:*", "pipes:*"]]],
  AmazonEventBridgeSchedulerFullAccess: [[["scheduler:*"]]],
  AmazonEventBridgeReadOnlyAccess: [
    [["events:Describe*", "events:List*", "events:TestEventPattern", "scheduler:Get*", "scheduler:List*"]],
  ],
  AmazonS3FullAccess: [[["s3:*", "s3-object-lambda:*"]]],
  AmazonS3ReadOnlyAccess: [
    [["s3:Get*", "s3:List*", "s3:Describe*", "s3-object-lambda:Get*", "s3-object-lambda:List*"]],
  ],
  AmazonSNSFullAccess: [[["sns:*"]]],
  AmazonSNSReadOnlyAccess: [
    [
      [
        "sns:GetTopicAttributes",
        "sns:List*",
        "sns:CheckIfPhoneNumberIsOptedOut",
        "sns:GetEndpointAttributes",
        "sns:GetDataProtectionPolicy",
        "sns:GetPlatformApplicationAttributes",
        "sns:GetSMSAttributes",
        "sns:GetSMSSandboxAccountStatus",
        "sns:GetSubscriptionAttributes",
      ],
    ],
  ],
  AmazonSNSRole: [logging],
  AmazonSQSFullAccess: [[["sqs:*"]]],
  AmazonSQSReadOnlyAccess: [
    [
      [
        "sqs:GetQueueAttributes",
        "sqs:GetQueueUrl",
        "sqs:ListDeadLetterSourceQueues",
        "sqs:ListQueues",
        "sqs:ListMessageMoveTasks",
        "sqs:ListQueueTags",
      ],
    ],
  ],
  AmazonSSMFullAccess: [[["ssm:*"]]],
  AmazonSSMReadOnlyAccess: [[["ssm:Describe*", "ssm:Get*", "ssm:List*"]]],
};

const powerUser = {
  Version: "2012-10-17",
  Statement: [
    { Effect: "Allow", NotAction: ["iam:*", "organizations:*", "account:*"], Resource: "*" },
    {
      Effect: "Allow",
      Action: [
        "account:GetAccountInformation",
        "account:GetPrimaryEmail",
        "account:ListRegions",
        "iam:CreateServiceLinkedRole",
        "iam:DeleteServiceLinkedRole",
        "iam:ListRoles",
        "organizations:DescribeOrganization",
      ],
      Resource: "*",
    },
  ],
};

/** The document of one of AWS's own policies, by its name or ARN; undefined for one that is not known here. */
export function findManagedPolicy(name: string): Readonly<Record<string, unknown>> | undefined {
  const isOther = name.startsWith("arn:") && !/^arn:[\w-]+:iam::aws:policy\//.test(name);
  const end = name.slice(name.lastIndexOf("/") + 1);
  if (isOther) return undefined;
  if (end === "PowerUserAccess") return powerUser;
  const allowed = Object.hasOwn(managedPolicies, end) ? managedPolicies[end] : undefined;
  return (
    allowed && {
      Version: "2012-10-17",
      Statement: allowed.map(([actions, resources = ["*"]]) => ({
        Effect: "Allow",
        Action: actions,
        Resource: resources,
      })),
    }
  );
}
