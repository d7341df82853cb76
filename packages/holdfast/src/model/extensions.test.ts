import { describe, expect, it } from "vitest";
import { sampleModel } from "../../test/model/sample-model.ts";
import type { AppModel, Extension } from "./app-model.ts";
import { checkExtensions, evidentExtensions, extensions } from "./extensions.ts";

function modelWith(...names: readonly Extension[]): AppModel {
  const [api] = sampleModel.webSocketApis;
  if (api === undefined) throw new Error("The sample has no API");
  return { ...sampleModel, functions: [], webSocketApis: [{ ...api, routes: [], extensions: names }] };
}

const severities = (name: Extension, target: "local" | "server" | "aws"): string[] =>
  checkExtensions(modelWith(name), target).map(({ severity }) => severity);

describe("extensions", () => {
  it("are the same on a laptop and on servers", () => {
    for (const name of Object.keys(extensions) as Extension[]) {
      expect(severities(name, "local")).toEqual([]);
      expect(severities(name, "server")).toEqual([]);
    }
  });

  it("have an equivalent on AWS, or a warning, or are an error: never a surprise", () => {
    const onAws = Object.fromEntries(
      (Object.keys(extensions) as Extension[]).map((name) => [name, severities(name, "aws")]),
    );
    expect(onAws).toEqual({
      rooms: [],
      attributes: [],
      path: ["error"],
      close: ["warning"],
      onOpen: ["warning"],
      headers: ["error"],
      binary: ["error"],
    });
  });

  it("name the API, the extension and what becomes of it", () => {
    expect(checkExtensions(modelWith("close"), "aws")).toEqual([
      {
        severity: "warning",
        code: "MODEL_UNSUPPORTED",
        message:
          'WebSocket API "chat" uses accepting and closing; on the target "aws": the handshake is refused with 403 and the reason as its body, which browsers do not show',
        subject: "websocket:chat",
      },
    ]);
  });

  it("are seen in the model's other parts too", () => {
    const model = modelWith();
    const [api] = model.webSocketApis;
    if (api === undefined) throw new Error("The model has no API");
    const [one] = sampleModel.functions;
    if (one === undefined) throw new Error("The sample has no function");
    const grants = [{ resource: "websocket:chat", operations: ["sendToRoom"] }];
    const functions = [{ ...one, grants }];
    expect(
      evidentExtensions({ ...api, path: "/chat", onOpen: "open", binary: "allow" }, { ...model, functions }),
    ).toEqual(["path", "onOpen", "binary", "rooms"]);
    expect(evidentExtensions(api, model)).toEqual([]);
  });
});
