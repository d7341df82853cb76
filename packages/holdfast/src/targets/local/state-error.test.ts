import { expect, test } from "vitest";
import { HoldfastError } from "../../base/errors.ts";
import { toStateError } from "./state-error.ts";

const systemError = (code: string, path?: string): Error =>
  Object.assign(new Error(`${code}: no`), { code, ...(path !== undefined && { path }) });

test("a full or read-only disk, and a lack of rights in the folder, are STATE_NOT_WRITABLE", () => {
  const errors = [
    systemError("ENOSPC"),
    systemError("EROFS", "/a/.holdfast/x"),
    systemError("EACCES", "/a/.holdfast/x"),
  ];
  for (const error of errors)
    expect(toStateError(error, "/a/.holdfast")).toMatchObject({ code: "STATE_NOT_WRITABLE", cause: error });
});

test("other errors stay what they are", () => {
  const known = new HoldfastError("STATE_CORRUPT", "no");
  const others = [
    systemError("EACCES", "/a/app.ts"),
    systemError("ENOENT", "/a/.holdfast/x"),
    new Error("x"),
    known,
    1,
  ];
  for (const error of others) expect(toStateError(error, "/a/.holdfast")).toBe(error);
});
