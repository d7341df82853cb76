/**
 * What lines of the log come from, by the first word of their events' names: `gateway` of `gateway.slow-consumer`,
 * `function` of `function-output`. The guide's page on logs lists them.
 */
export const logComponents = {
  access: "one line for each thing that an API or an HTTP route was asked",
  app: "starts and stops",
  backplane: "what nodes tell one another",
  backup: "backups of the state",
  bucket: "buckets and who hears of their changes",
  commands: "the socket that other commands reach the app by",
  configuration: "the operator's configuration",
  connection: "records of connections",
  credentials: "files of credentials",
  drain: "the end of a process",
  function: "what functions print, and their processes",
  gateway: "connections, messages, routes and who may connect",
  http: "HTTP routes",
  iam: "policies and permissions",
  inspector: "debuggers",
  listener: "ports, handshakes and TLS",
  log: "the log itself",
  management: "calls of @connections",
  metrics: "metrics",
  queue: "queues and the functions that they feed",
  reaper: "the process that ends functions after a crash",
  reload: "reloads of the app",
  resource: "calls of functions to resources",
  runtime: "runtimes of functions",
  schedule: "schedules",
  service: "the app's own services",
  services: "calls of AWS's services",
  state: "the state folder",
  static: "static files",
  stream: "streams and the functions that they feed",
  table: "tables",
  tls: "certificates",
  topic: "topics and their subscribers",
  traces: "the export of traces",
} as const satisfies Readonly<Record<string, string>>;

export type LogComponent = keyof typeof logComponents;

/** Events that are one word, of a component with another name. */
const oneWord: Readonly<Record<string, LogComponent>> = {
  diagnostic: "app",
  draining: "drain",
  ready: "app",
  reloaded: "reload",
  started: "app",
  stopped: "app",
  stopping: "app",
};

/** The component of an event, by its name; one that is not listed is possible. */
export function componentOf(event: string): string {
  const end = event.search(/[.-]/);
  if (end > 0) return event.slice(0, end);
  return Object.hasOwn(oneWord, event) ? (oneWord[event] ?? event) : event;
}

export function isLogComponent(name: string): name is LogComponent {
  return Object.hasOwn(logComponents, name);
}
