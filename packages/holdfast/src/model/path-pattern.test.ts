import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { HoldfastError } from "../base/errors.ts";
import { comparePatterns, matchPath, parsePathPattern, pathShape } from "./path-pattern.ts";

const match = (pattern: string, path: string) => matchPath(parsePathPattern(pattern), path);

const plainSegment = fc.stringMatching(/^[a-z0-9._~-]{1,8}$/).filter((text) => text !== "." && text !== "..");
const anySegment = fc.oneof(plainSegment, fc.constantFrom("{a}", "{b}", "{game-id}"));
const patternText = fc
  .tuple(fc.uniqueArray(anySegment, { maxLength: 5 }), fc.boolean())
  .map(([segments, rest]) => `/${[...segments, ...(rest ? ["{rest+}"] : [])].join("/")}`);

describe("parsePathPattern", () => {
  it("reads text, parameters and a rest", () => {
    expect(parsePathPattern("/games/{id}/{file+}")).toEqual({
      text: "/games/{id}/{file+}",
      segments: [
        { kind: "text", text: "games" },
        { kind: "parameter", name: "id" },
        { kind: "rest", name: "file" },
      ],
    });
  });

  it("reads / as no segments", () => {
    expect(parsePathPattern("/").segments).toEqual([]);
  });

  it.each([
    ["", "does not start with /"],
    ["games", "does not start with /"],
    ["//", "empty segment"],
    ["/games/", "empty segment"],
    ["/games//x", "empty segment"],
    ["/a{id}", '"a{id}"'],
    ["/{id}b", '"{id}b"'],
    ["/{}", '"{}"'],
    ["/{1x}", '"{1x}"'],
    ["/{id", '"{id"'],
    ["/a b", '"a b"'],
    ["/a?b", '"a?b"'],
    ["/a#b", '"a#b"'],
    ["/caf%C3%A9", '"caf%C3%A9"'],
    ["/..", '".."'],
    ["/a/./b", '"."'],
    ["/{rest+}/x", "at the end"],
    ["/{a}/{a}", "{a} twice"],
    ["/{a}/{a+}", "{a} twice"],
    [`/${"x".repeat(4096)}`, "longer than 4096"],
  ])("refuses %j and says why", (text, why) => {
    const read = () => parsePathPattern(text);
    expect(read).toThrow(HoldfastError);
    expect(read).toThrow(expect.objectContaining({ code: "PATH_INVALID" }));
    expect(read).toThrow(why);
  });
});

describe("matchPath", () => {
  it.each([
    ["/", "/", {}],
    ["/games", "/games", {}],
    ["/games", "/games/", {}],
    ["/games/{id}", "/games/7", { id: "7" }],
    ["/games/{id}", "/games/7/", { id: "7" }],
    ["/games/{id}/moves/{n}", "/games/7/moves/2", { id: "7", n: "2" }],
    ["/{name}", "/a%20b%2Fc", { name: "a b/c" }],
    ["/{name}", "/caf%C3%A9", { name: "café" }],
    ["/café", "/caf%C3%A9", {}],
    ["/files/{path+}", "/files/a/b%20c/d", { path: "a/b c/d" }],
    ["/files/{path+}", "/files/a/", { path: "a/" }],
    ["/{all+}", "/x", { all: "x" }],
  ])("%s matches %s", (pattern, path, values) => {
    expect(match(pattern, path)).toStrictEqual(values);
  });

  it.each([
    ["/", "/x"],
    ["/", "//"],
    ["/", ""],
    ["/games", "/game"],
    ["/games", "/Games"],
    ["/games", "/games//"],
    ["/games", "/games/7"],
    ["/games/{id}", "/games"],
    ["/games/{id}", "/games/"],
    ["/games/{id}", "/games//"],
    ["/games/{id}", "/games/7/x"],
    ["/files/{path+}", "/files"],
    ["/files/{path+}", "/files/"],
    ["/{name}", "/%"],
    ["/{name}", "/%E0%A4%A"],
    ["/files/{path+}", "/files/ok/%ff"],
    ["/games", "games"],
  ])("%s does not match %s", (pattern, path) => {
    expect(match(pattern, path)).toBeUndefined();
  });

  it("gives a parameter called __proto__ as a value of its own", () => {
    const values = match("/{__proto__}", "/x");
    expect(Object.entries(values ?? {})).toEqual([["__proto__", "x"]]);
  });

  it("gives back whatever was encoded into the parameters", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme", minLength: 1 }),
        fc.string({ unit: "grapheme", minLength: 1 }),
        (id, rest) => {
          const path = `/games/${encodeURIComponent(id)}/${encodeURIComponent(rest)}`;
          expect(match("/games/{id}/{rest+}", path)).toEqual({ id, rest });
        },
      ),
    );
  });

  it("never throws, whatever the path", () => {
    fc.assert(
      fc.property(patternText, fc.string(), fc.boolean(), (text, path, slash) => {
        const values = matchPath(parsePathPattern(text), slash ? `/${path}` : path);
        expect(typeof values).toBeOneOf(["object", "undefined"]);
      }),
    );
  });
});

describe("comparePatterns", () => {
  it("puts the most specific first", () => {
    const texts = ["/{all+}", "/{a}", "/games/{id}", "/games/{rest+}", "/games/new", "/games", "/"];
    const sorted = texts.map((text) => parsePathPattern(text)).toSorted(comparePatterns);
    expect(sorted.map(({ text }) => text)).toEqual([
      "/games/new",
      "/games/{id}",
      "/games/{rest+}",
      "/games",
      "/{a}",
      "/{all+}",
      "/",
    ]);
  });

  it("is a consistent order", () => {
    const pattern = patternText.map((text) => parsePathPattern(text));
    fc.assert(
      fc.property(pattern, pattern, pattern, (a, b, c) => {
        expect(comparePatterns(a, a)).toBe(0);
        expect(Math.sign(comparePatterns(a, b)) + Math.sign(comparePatterns(b, a))).toBe(0);
        const [first, second, third] = [a, b, c].toSorted(comparePatterns);
        fc.pre(first !== undefined && second !== undefined && third !== undefined);
        expect(comparePatterns(first, second)).toBeLessThanOrEqual(0);
        expect(comparePatterns(second, third)).toBeLessThanOrEqual(0);
        expect(comparePatterns(first, third)).toBeLessThanOrEqual(0);
      }),
    );
  });
});

describe("pathShape", () => {
  it("is the same for patterns that differ in their parameters' names only", () => {
    const same = (a: string, b: string) => pathShape(parsePathPattern(a)) === pathShape(parsePathPattern(b));
    expect(same("/games/{id}", "/games/{game}")).toBe(true);
    expect(same("/{all+}", "/{rest+}")).toBe(true);
    expect(same("/games/{id}", "/games/{id+}")).toBe(false);
    expect(same("/games/{id}", "/games/id")).toBe(false);
    expect(same("/games", "/games/{id}")).toBe(false);
    expect(same("/", "/games")).toBe(false);
  });

  it("is the same exactly when neither pattern is more specific", () => {
    const pattern = patternText.map((text) => parsePathPattern(text));
    fc.assert(
      fc.property(pattern, pattern, (a, b) => {
        expect(pathShape(a) === pathShape(b)).toBe(comparePatterns(a, b) === 0);
      }),
    );
  });
});
