/** What to add to a template so that something is allowed: the statement, and SAM's policy template if one fits. */
export function suggestPolicy(action: string, resource: string): string {
  const statement = `{ "Effect": "Allow", "Action": "${action}", "Resource": "${widen(resource)}" }`;
  const template = samTemplate(action, resource);
  return template === undefined ? statement : `${statement}, or with SAM: ${template}`;
}

/** Nobody names one object or one connection. */
function widen(resource: string): string {
  return resource
    .replace(/^(arn:aws:s3:::[^/]+\/).*$/, "$1*")
    .replace(/(?<=@connections\/)\{connectionId\}$/, "*")
    .replace(/(?<=:log-stream:).*$/, "*");
}

interface TemplateRule {
  readonly action: RegExp;
  readonly resource: RegExp;
  readonly template: string;
  readonly parameter: string;
}

const table = /:table\/(?<name>[^/]+)/;
const bucket = /^arn:aws:s3:::(?<name>[^/]+)/;
const last = /:(?<name>[^:]+)$/;
const rules: readonly TemplateRule[] = [
  {
    action: /^dynamodb:(?:GetItem|BatchGetItem|Query|Scan|DescribeTable)$/,
    resource: table,
    template: "DynamoDBReadPolicy",
    parameter: "TableName",
  },
  {
    action: /^dynamodb:(?:PutItem|UpdateItem|DeleteItem|BatchWriteItem|ConditionCheckItem)$/,
    resource: table,
    template: "DynamoDBCrudPolicy",
    parameter: "TableName",
  },
  {
    action: /^s3:(?:GetObject|ListBucket|GetBucketLocation|GetObjectVersion)$/,
    resource: bucket,
    template: "S3ReadPolicy",
    parameter: "BucketName",
  },
  {
    action: /^s3:(?:Put|Delete)Object$/,
    resource: bucket,
    template: "S3CrudPolicy",
    parameter: "BucketName",
  },
  { action: /^sns:Publish$/i, resource: last, template: "SNSPublishMessagePolicy", parameter: "TopicName" },
  { action: /^sqs:SendMessage$/i, resource: last, template: "SQSSendMessagePolicy", parameter: "QueueName" },
  {
    action: /^sqs:(?:ReceiveMessage|DeleteMessage|ChangeMessageVisibility|GetQueueAttributes)$/i,
    resource: last,
    template: "SQSPollerPolicy",
    parameter: "QueueName",
  },
  {
    action: /^lambda:InvokeFunction$/,
    resource: /:function:(?<name>[^:]+)/,
    template: "LambdaInvokePolicy",
    parameter: "FunctionName",
  },
  {
    action: /^ssm:Get(?:Parameter|Parameters|ParametersByPath)$/,
    resource: /:parameter\/(?<name>.+)$/,
    template: "SSMParameterReadPolicy",
    parameter: "ParameterName",
  },
  {
    action: /^events:PutEvents$/,
    resource: /:event-bus\/(?<name>.+)$/,
    template: "EventBridgePutEventsPolicy",
    parameter: "EventBusName",
  },
];

function samTemplate(action: string, resource: string): string | undefined {
  for (const rule of rules) {
    const name = rule.action.test(action) ? rule.resource.exec(resource)?.groups?.name : undefined;
    if (name !== undefined) return `${rule.template}: { ${rule.parameter}: ${name} }`;
  }
  return undefined;
}
