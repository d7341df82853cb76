import type { ErrorCode } from "../base/error-codes.ts";
import type { AppModel, Extension, WebSocketApi } from "./app-model.ts";
import { errorAbout, type Finding } from "./finding.ts";
import { takeInventory } from "./inventory.ts";

export type ExtensionTarget = "local" | "server" | "aws";

/** What becomes of an extension on a target. */
export type Becomes =
  | { readonly kind: "same"; readonly how: string }
  /** Nearly the same, and an app can tell: a warning says so. */
  | { readonly kind: "similar"; readonly how: string }
  /** Without it the app would not be the same: an error. */
  | { readonly kind: "refused"; readonly how: string };

export interface ExtensionFacts {
  /** In an app's code. */
  readonly written: string;
  /** What it is, as a sentence names it. */
  readonly title: string;
  readonly on: Readonly<Record<ExtensionTarget, Becomes>>;
}

const same = (how: string): Becomes => ({ kind: "same", how });
const similar = (how: string): Becomes => ({ kind: "similar", how });
const refused = (how: string): Becomes => ({ kind: "refused", how });

/**
 * What Holdfast has and API Gateway has not, and what becomes of it where an app runs.
 * `docs/reference/extensions.md` is written from this table.
 */
export const extensions: Readonly<Record<Extension, ExtensionFacts>> = {
  rooms: {
    written: "`ws.room(name)`, `ws.broadcast(data)`",
    title: "rooms and broadcast",
    on: {
      local: same("in the gateway: one call, the frame built once"),
      server: same("in each gateway, and one message between gateways"),
      aws: same("a table of Holdfast's, and a post for each connection, so many at a time"),
    },
  },
  attributes: {
    written: "`return { attributes }` from the connect handler",
    title: "attributes",
    on: {
      local: same("kept with the connection"),
      server: same("kept with the connection"),
      aws: same("kept in a table of Holdfast's, which each event reads"),
    },
  },
  path: {
    written: '`app.websocket("chat", { path: "/chat/{username}" })`',
    title: "a path of its own",
    on: {
      local: same("mounted exactly there, without a stage"),
      server: same("mounted exactly there, without a stage"),
      aws: refused("API Gateway's WebSocket APIs have no paths: their URL ends with the stage"),
    },
  },
  close: {
    written: "`return { close: { code, reason } }` from the connect handler",
    title: "accepting and closing",
    on: {
      local: same("the handshake succeeds, and a close frame with the code and reason follows"),
      server: same("the handshake succeeds, and a close frame with the code and reason follows"),
      aws: similar(
        "the handshake is refused with 403 and the reason as its body, which browsers do not show",
      ),
    },
  },
  onOpen: {
    written: "`ws.onOpen(handler)`",
    title: "the open handler",
    on: {
      local: same("runs when the handshake is done"),
      server: same("runs when the handshake is done"),
      aws: similar(
        "runs as an event that the connect function sends, once the connection is found to be there",
      ),
    },
  },
  headers: {
    written: "`return { headers }` from the connect handler",
    title: "headers of the handshake's answer",
    on: {
      local: same("added to the 101"),
      server: same("added to the 101"),
      aws: refused("that API Gateway passes them on is not known"),
    },
  },
  binary: {
    written: '`app.websocket("chat", { binary: "allow" })`',
    title: "binary messages",
    on: {
      local: same("they take the route $default, as base64"),
      server: same("they take the route $default, as base64"),
      aws: refused("API Gateway closes a connection that sends one, with 1003"),
    },
  },
};

/** Those that an API is known to use, by what the model says of it elsewhere. */
export function evidentExtensions(api: WebSocketApi, { functions }: AppModel): readonly Extension[] {
  const inRooms = functions.some(({ grants }) =>
    grants.some(
      ({ resource, operations }) =>
        resource === `websocket:${api.name}` && operations.some((one) => roomOperations.has(one)),
    ),
  );
  return [
    ...(api.path === undefined ? [] : ["path" as const]),
    ...(api.onOpen === undefined ? [] : ["onOpen" as const]),
    ...(api.binary === "allow" ? ["binary" as const] : []),
    ...(inRooms ? ["rooms" as const] : []),
  ];
}

const roomOperations: ReadonlySet<string> = new Set(["join", "leave", "members", "sendToRoom", "broadcast"]);

/** `MODEL_UNSUPPORTED` for every extension that a target does not have, a warning for those that it has only nearly. */
export function checkExtensions(model: AppModel, target: ExtensionTarget): readonly Finding[] {
  return takeInventory(model).webSocketApis.flatMap((api) => {
    const used = new Set([...api.value.extensions, ...evidentExtensions(api.value, model)]);
    return [...used].flatMap((name): readonly Finding[] => {
      const { title, on } = extensions[name];
      const { kind, how } = on[target];
      if (kind === "same") return [];
      const code: ErrorCode = "MODEL_UNSUPPORTED";
      const message = `${api.title} uses ${title}; on the target "${target}": ${how}`;
      const finding = errorAbout(api, code, message);
      return [kind === "refused" ? finding : { ...finding, severity: "warning" }];
    });
  });
}
