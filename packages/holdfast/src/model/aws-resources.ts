/** The parts of a model that only apps made for AWS have: templates and the like. Part of `AppModel`, and as plain. */

/** A queue, as SQS has it. Times are milliseconds. */
export interface Queue {
  readonly name: string;
  readonly fifo: boolean;
  readonly visibilityTimeoutMs: number;
  readonly delayMs: number;
  readonly retentionMs: number;
  /** How long a receiver waits for messages unless it says. */
  readonly waitMs: number;
  readonly maximumMessageBytes: number;
  /** Of FIFO queues: messages with equal bodies are one. */
  readonly contentBasedDeduplication: boolean;
  /** Where messages go that were received so many times in vain. */
  readonly deadLetter?: { readonly queue: string; readonly maximumReceives: number };
  /** Who may do what with it, beside what roles allow. */
  readonly policy?: PolicyDocument;
}

/** Feeds a function from a queue, or from the changes of a table. */
export interface EventSource {
  readonly function: string;
  readonly source:
    | { readonly kind: "queue"; readonly queue: string }
    | { readonly kind: "table"; readonly table: string; readonly from: "latest" | "trim-horizon" };
  readonly batchSize: number;
  /** How long to wait for a batch to fill. */
  readonly windowMs: number;
  /** Whether the function says which of a batch have failed (`batchItemFailures`). */
  readonly partialFailures: boolean;
  /** Filter patterns of Lambda's, as JSON text; an event that fits none is passed over. None: all fit. */
  readonly filters: readonly string[];
  /** Of tables: how often a batch that fails is tried again; absent: until its records expire. */
  readonly maximumRetries?: number;
  /** Of tables: half of a batch that fails is tried by itself. */
  readonly bisects: boolean;
}

/** A rule of EventBridge's on the default bus: whatever event fits its pattern goes to its targets. */
export interface EventRule {
  readonly name: string;
  /** JSON text, as its author wrote it. */
  readonly pattern: string;
  readonly targets: readonly EventRuleTarget[];
}

export interface EventRuleTarget {
  readonly function: string;
  /** What the function gets instead of the event. */
  readonly input?: unknown;
}

/** A parameter, as Systems Manager's store has it. */
export interface Parameter {
  /** Such as `/chat/endpoint`. */
  readonly name: string;
  readonly type: "String" | "StringList" | "SecureString";
  readonly value: string;
}

/** What a template says about itself once it runs: a URL, a name. */
export interface Output {
  readonly name: string;
  readonly value: string;
  readonly description?: string;
  /** The name that other stacks import it by. */
  readonly exportName?: string;
}

/** An IAM policy's document as its author wrote it, names and all resolved. */
export interface PolicyDocument {
  /** Where it is written: an inline policy's name, a managed policy's ARN. */
  readonly name: string;
  readonly document: Readonly<Record<string, unknown>>;
}

/** Lets a service, or an account, invoke a function (`AWS::Lambda::Permission`). */
export interface InvokePermission {
  /** Such as `apigateway.amazonaws.com`, an account or an ARN. */
  readonly principal: string;
  readonly sourceArn?: string;
}

/** An HTTP or REST API's part of a route: its functions get API Gateway's events instead of web requests. */
export interface HttpRouteOnAws {
  /** The event's form: `1.0` of REST APIs, `2.0` of HTTP APIs. */
  readonly payload: "1.0" | "2.0";
  readonly apiId: string;
  /** `$default`, or the first part of the route's path. */
  readonly stage: string;
  /** The stage's, by name; absent: it has none. */
  readonly stageVariables?: Readonly<Record<string, string>>;
  /** What events call the route, where it is not method and path: `$default`. */
  readonly routeKey?: string;
  /** The ARN of the role that invokes the function; absent: the function's own permissions let the API. */
  readonly role?: string;
}
