import { describe, expect, it } from "vitest";
import { MountTable, type Mount } from "./mounts.ts";

const mount = (kind: Mount["kind"], path: string, apiId?: string): Mount => ({
  gateway: { open: () => Promise.reject(new Error("not opened here")) },
  kind,
  path,
  ...(apiId !== undefined && { apiId }),
});
const onAws = (apiId: string): string => `${apiId}.execute-api.us-east-1.amazonaws.com`;

describe("a mount table", () => {
  const stage = mount("stage", "/dev");
  const wide = mount("path", "/{any}");
  const chat = mount("host", "/dev", "chat1");
  const game = mount("host", "/dev", "game1");
  const table = new MountTable([stage, wide, chat, game]);

  it("finds socket paths before stages", () => {
    expect(table.find("/dev", "localhost")?.mount).toBe(wide);
    expect(new MountTable([stage]).find("/dev/", "localhost")?.mount).toBe(stage);
  });

  it("finds an API by its name on AWS before anything else, in whichever region", () => {
    expect(table.find("/dev", onAws("chat1"))?.mount).toBe(chat);
    expect(table.find("/dev/", onAws("game1"))?.mount).toBe(game);
    expect(table.find("/dev", "game1.execute-api.eu-west-1.amazonaws.com")?.mount).toBe(game);
    expect(table.isStage("/dev", onAws("chat1"))).toBe(true);
  });

  it("finds nothing but its stage there", () => {
    expect(table.find("/other", onAws("chat1"))).toBeUndefined();
    expect(table.find("/dev", onAws("none1"))).toBeUndefined();
    expect(table.isStage("/other", onAws("chat1"))).toBe(false);
  });

  it("tells names of APIs that are not here", () => {
    expect(table.isForeignApi(onAws("none1"))).toBe(true);
    expect(table.isForeignApi(onAws("chat1"))).toBe(false);
    expect(table.isForeignApi("localhost")).toBe(false);
    expect(table.apiIds).toEqual(["chat1", "game1"]);
  });
});
