/**
 * Every code a user can meet, whose fault it is, and what to do about it in general.
 * `docs/reference/errors.md` is written from this table, and a test keeps the two equal.
 *
 * - `user`: the app, the command or its surroundings can be mended; shown without a stack. Exit code 1.
 * - `system`: a fault of Holdfast; shown with its stack. Exit code 2.
 */
export const errorCodes = {
  APP_FILE_NOT_FOUND: {
    fault: "user",
    remedy: "Give the path of an app file, or of a folder that holds an app.ts.",
  },
  APP_KIND_UNKNOWN: {
    fault: "user",
    remedy: "Give a TypeScript or JavaScript file whose default export is an App.",
  },
  APP_NO_DEFAULT_EXPORT: {
    fault: "user",
    remedy: 'Export the App as default: `const app = new App("name"); export default app;`.',
  },
  APP_BUILD_FAILED: {
    fault: "user",
    remedy: "Mend the place shown; with `holdfast dev` the code built last goes on serving.",
  },
  APP_EVALUATION_FAILED: {
    fault: "user",
    remedy: "The app file threw while it was loaded. Mend the place shown.",
  },
  APP_EVALUATION_TIMEOUT: {
    fault: "user",
    remedy: "The app file did not finish loading. Move waiting and endless work into handlers.",
  },
  APP_INVALID: { fault: "user", remedy: "Mend each diagnostic shown." },
  TEMPLATE_INVALID: {
    fault: "user",
    remedy: "Mend the place shown; the template must be YAML or JSON, of a CloudFormation template's shape.",
  },
  TEMPLATE_REFERENCE_INVALID: {
    fault: "user",
    remedy: "Refer to a parameter, a resource, a mapping or a condition of this template, by its exact name.",
  },
  TEMPLATE_PROPERTY_INVALID: {
    fault: "user",
    remedy: "Give the property a value of the kind that CloudFormation's reference names.",
  },
  TEMPLATE_RESOURCE_IGNORED: {
    fault: "user",
    remedy: "Holdfast does not run it; the rest of the app runs without it.",
  },
  TEMPLATE_PARAMETER_MISSING: {
    fault: "user",
    remedy: "Give it with --parameter NAME=VALUE or --parameters FILE, or a Default in the template.",
  },
  ARCHIVE_INVALID: {
    fault: "user",
    remedy: "Build the archive again with `holdfast build`, with the version of Holdfast that is to run it.",
  },
  ARTEFACT_INCOMPLETE: {
    fault: "user",
    remedy: "What was built needs something beside it: the message says what.",
  },
  FUNCTION_CODE_INVALID: {
    fault: "user",
    remedy: "See that the function's code is where the template says, and builds.",
  },
  RUNTIME_MISSING: {
    fault: "user",
    remedy: "Install the runtime that the message names, or change the function's Runtime.",
  },
  RUNTIME_UNSUPPORTED: {
    fault: "user",
    remedy: "Use a nodejs, python3 or provided runtime, or give the route an HTTP integration.",
  },
  ADDRESS_IN_USE: {
    fault: "user",
    remedy: "Stop what listens there, or choose another with --port N (0 takes any free port).",
  },
  ADDRESS_NOT_AVAILABLE: {
    fault: "user",
    remedy: "Give an address of this machine to --host, and a port you may listen on to --port.",
  },
  TLS_FILES_INVALID: {
    fault: "user",
    remedy:
      "Give a PEM file with the certificate and its chain, and one with its private key, unencrypted; the server's user must be able to read both.",
  },
  STATE_IN_USE: {
    fault: "user",
    remedy: "The app runs already in another process: stop that one, or run a copy of the folder.",
  },
  STATE_NOT_WRITABLE: {
    fault: "user",
    remedy: "Make the .holdfast folder writable and see that the disk has room.",
  },
  STATE_CORRUPT: {
    fault: "user",
    remedy:
      "Bring back a copy with `holdfast restore`, or start afresh: `holdfast dev --reset` deletes the stage's data, as does removing its folder.",
  },
  STATE_NOT_FOUND: {
    fault: "user",
    remedy: "Go to the app's folder, or name its state with --state and --stage.",
  },
  BACKUP_INVALID: {
    fault: "user",
    remedy: "Nothing was changed. Take another backup: this file is none, or is damaged or cut short.",
  },
  TARGET_UNKNOWN: { fault: "user", remedy: "Choose one of the targets listed." },
  OPTION_INVALID: { fault: "user", remedy: "See --help for what the option takes." },
  CONFIGURATION_INVALID: {
    fault: "user",
    remedy:
      "Mend each place shown; the configuration's reference page lists the settings and what they take.",
  },
  CONFIGURATION_IGNORED: {
    fault: "user",
    remedy: "It looks like a setting, but is not read: give it the name that is meant, or leave it out.",
  },
  SERVER_NOT_FOUND: {
    fault: "user",
    remedy:
      "Start the app with `holdfast dev` or `holdfast serve`, go to its folder, or give `connect` the URL.",
  },
  COMMAND_NOT_UNDERSTOOD: {
    fault: "user",
    remedy: "Use the same version of Holdfast for the command and for the app that runs.",
  },
  CONNECT_FAILED: { fault: "user", remedy: "See that the URL is right and that the server runs." },
  HANDSHAKE_REFUSED: {
    fault: "user",
    remedy: "The server answered, but opened no WebSocket: its status and body say why.",
  },
  CREDENTIALS_INVALID: {
    fault: "user",
    remedy:
      'Give a JSON file with a list of { "accessKeyId", "secretAccessKey" }, each with "sessionToken", "policy" and "userArn" if wanted.',
  },
  CLOSED_ABNORMALLY: {
    fault: "user",
    remedy: "The close code and its reason say why; the server's log may say more.",
  },
  INPUT_INVALID: { fault: "user", remedy: "Pass text, in UTF-8." },
  FOLDER_NOT_EMPTY: { fault: "user", remedy: "Give the name of a new folder, or of an empty one." },
  TEMPLATE_UNKNOWN: { fault: "user", remedy: "Choose one of the templates that --help lists." },
  OUTPUT_FAILED: { fault: "user", remedy: "See that the output can be written and the disk has room." },
  TESTING_NEEDS_A_FILE: {
    fault: "user",
    remedy:
      'Pass the app\'s file: start(new URL("./app.ts", import.meta.url)). An App object cannot move to the process that runs its handlers.',
  },
  TEST_TIMEOUT: {
    fault: "user",
    remedy: "What the test waited for did not come. The error shows what came instead.",
  },
  MODEL_UNSUPPORTED: { fault: "user", remedy: "The chosen target does not run this kind of resource." },
  ROUTE_DUPLICATE: {
    fault: "user",
    remedy: "Give each route of an API a key of its own, or join the two handlers.",
  },
  ROUTE_KEY_INVALID: {
    fault: "user",
    remedy:
      "Custom route keys must not be empty or start with $ (only $connect, $disconnect and $default may).",
  },
  EXPRESSION_INVALID: {
    fault: "user",
    remedy: "Write $request.body.path or free text around ${request.body.path}.",
  },
  NAME_INVALID: {
    fault: "user",
    remedy: "Names are letters, digits, - and _, and start with a letter or digit.",
  },
  GRANT_MISSING: {
    fault: "user",
    remedy:
      "See `holdfast inspect` for what the function may do; give its handler the `grants` that it needs.",
  },
  INVOKE_NOT_PERMITTED: {
    fault: "user",
    remedy:
      "Add an AWS::Lambda::Permission for the service and its ARN to the template; `--no-iam` does without.",
  },
  NAME_DUPLICATE: { fault: "user", remedy: "Rename one of the two." },
  PATH_INVALID: {
    fault: "user",
    remedy: "Paths start with / and hold plain segments, {name} or, at the end, {name+}.",
  },
  PATH_COLLISION: { fault: "user", remedy: "Two things answer at the same place; move one of them." },
  REFERENCE_UNKNOWN: { fault: "user", remedy: "Refer to something that the app declares." },
  ACCESS_INVALID: {
    fault: "user",
    remedy:
      "Clients are asked who they are at $connect: by an authorizer or IAM, and for keys that a usage plan of the API holds.",
  },
  ACCESS_LOG_FORMAT_INVALID: {
    fault: "user",
    remedy: "Write text and variables such as $context.requestId, on one line of at most 3 KB.",
  },
  LIMIT_INVALID: { fault: "user", remedy: "Give a value in the range that the message names." },
  TABLE_INVALID: { fault: "user", remedy: "Give the table a key, and each index a name and key of its own." },
  TABLE_SCHEMA_CHANGED: {
    fault: "user",
    remedy: "A table's key cannot change while it holds data: rename the table, or start with --reset.",
  },
  RESOURCE_OUTSIDE_HANDLER: {
    fault: "user",
    remedy: "Use tables and sockets inside handlers; while the app file loads they do not run yet.",
  },
  RESOURCE_ARGUMENT_INVALID: {
    fault: "user",
    remedy:
      "Pass what JSON holds: text, numbers, booleans, null, lists and plain objects. Tables and buckets take bytes, too.",
  },
  RESOURCE_UNKNOWN: { fault: "user", remedy: "Declare the resource in the app that uses it." },
  OPERATION_UNKNOWN: { fault: "user", remedy: "The resource has no such operation." },
  CONNECTION_GONE: {
    fault: "user",
    remedy:
      "The client has left. Remove what you keep about it. Inside its own $connect a client cannot be reached yet.",
  },
  NODE_GONE: {
    fault: "system",
    remedy: "Another process of the app ended before it had answered. Try again.",
  },
  CONNECTION_ID_INVALID: { fault: "user", remedy: "Pass the connectionId of an event, unchanged." },
  ROOM_INVALID: {
    fault: "user",
    remedy: "Name a room with 1 to 256 characters; a connection can be in 1,000 of them.",
  },
  PAYLOAD_TOO_LARGE: { fault: "user", remedy: "Send less at a time: the message says how much is allowed." },
  CLOSE_CODE_INVALID: {
    fault: "user",
    remedy: "Close with 1000, 1001, 1003, 1007 to 1014 or 3000 to 4999, and a reason of at most 123 bytes.",
  },
  HANDLER_THREW: { fault: "user", remedy: "The handler threw. The stack shows where." },
  HANDLER_RESULT_INVALID: {
    fault: "user",
    remedy: "Return nothing, text, something JSON can hold, or what the route's kind of handler may return.",
  },
  HANDLER_TIMEOUT: {
    fault: "user",
    remedy: "The handler did not finish in time. Give it a larger timeoutMs, or find what it waits for.",
  },
  HANDLER_MISSING: { fault: "user", remedy: "The model names a handler that the code does not export." },
  FUNCTION_CRASHED: {
    fault: "user",
    remedy: "The process that ran the function ended. The log before this line shows why.",
  },
  FUNCTION_OUT_OF_MEMORY: {
    fault: "user",
    remedy: "The function passed its memory limit. Raise memoryMb, or find what it keeps.",
  },
  FUNCTION_OVERLOADED: {
    fault: "user",
    remedy: "More invocations wait than the queue holds. Make the handler faster, or send less.",
  },
  CONDITION_FAILED: {
    fault: "user",
    remedy: "The item was not as the `if` demanded. Catch ConditionFailedError where that is expected.",
  },
  TABLE_REQUEST_INVALID: { fault: "user", remedy: "See the message for what the table cannot take." },
  ITEM_TOO_LARGE: {
    fault: "user",
    remedy: "An item holds at most 400 KB. Keep larger data elsewhere and its address in the item.",
  },
  BUCKET_REQUEST_INVALID: {
    fault: "user",
    remedy: "See the message for what the bucket cannot take. Keys are 1 to 1,024 bytes of text.",
  },
  OBJECT_TOO_LARGE: {
    fault: "user",
    remedy:
      "The message says how much is allowed: 16 MiB through app.bucket. By S3's API larger objects are put in parts, and read in ranges.",
  },
  TOPIC_REQUEST_INVALID: {
    fault: "user",
    remedy: "See the message for what the topic cannot take. A message holds at most 262,144 bytes.",
  },
  QUEUE_REQUEST_INVALID: { fault: "user", remedy: "See the message for what the queue cannot take." },
  TOPIC_OVERLOADED: {
    fault: "user",
    remedy: "More deliveries wait than the queue holds. Make subscribers faster, or publish less.",
  },
  SECRET_MISSING: {
    fault: "user",
    remedy:
      "Set the environment variable of that name, or NAME_FILE to the path of a file, or a line of .env beside the app.",
  },
  STATE_TOO_LARGE: { fault: "user", remedy: "A state holds at most 64 KB of JSON; keep more in a table." },
  SCHEDULE_INVALID: {
    fault: "user",
    remedy: "Write rate(5 minutes) or cron(0 12 * * ? *), in UTC.",
  },
  MAPPING_TEMPLATE_INVALID: {
    fault: "user",
    remedy:
      "Mend the mapping template at the place shown; it is Velocity, without #include, #parse and #evaluate.",
  },
  MAPPING_TEMPLATE_FAILED: {
    fault: "user",
    remedy:
      "The mapping template met data that it cannot work with. Test for it with #if, or mend the place shown.",
  },
  MODEL_SCHEMA_INVALID: {
    fault: "user",
    remedy:
      "Give the request model a JSON schema of draft 4 that refers to nothing but itself and the API's other models.",
  },
  INTEGRATION_FAILED: {
    fault: "user",
    remedy:
      "The integration's backend could not be reached or gave what cannot be used; the message says which.",
  },
  BODY_INVALID: {
    fault: "user",
    remedy: "The message does not fit the route's schema. See the message for where.",
  },
  UNAUTHORIZED: {
    fault: "user",
    remedy: "The client did not say who it is, or not so that the authorizer believes it.",
  },
  OPENTELEMETRY_MISSING: {
    fault: "user",
    remedy:
      "Install Holdfast with its optional dependencies (npm install --include=optional), or switch traces off.",
  },
  STORE_OVERLOADED: {
    fault: "user",
    remedy: "More requests wait than the store holds. Await some before sending more.",
  },
  STORE_FAILED: { fault: "system", remedy: "The store could not finish a request. The cause is shown." },
  INTERNAL: { fault: "system", remedy: "This is a fault of Holdfast. Please report it with what is shown." },
} as const satisfies Record<string, { fault: "user" | "system"; remedy: string }>;

export type ErrorCode = keyof typeof errorCodes;
