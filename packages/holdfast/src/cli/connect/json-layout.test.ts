import fc from "fast-check";
import { stripVTControlCharacters } from "node:util";
import { describe, expect, it } from "vitest";
import { stylesFor } from "../output/styles.ts";
import { isJsonContainer, layOutJson, paintJson } from "./json-layout.ts";

const coloured = stylesFor({ isTTY: true }, {});

describe("isJsonContainer", () => {
  it.each(['{"a":1}', " [1] ", "{}"])("holds for %j", (text) => {
    expect(isJsonContainer(text)).toBe(true);
  });

  it.each(["12", '"text"', "null", "{a:1}", "[1", "", "hello"])("does not hold for %j", (text) => {
    expect(isJsonContainer(text)).toBe(false);
  });
});

describe("layOutJson", () => {
  it("indents objects and arrays, and keeps empty ones on their line", () => {
    expect(layOutJson('{"a":[1,{"b":null}],"c":{},"d":[ ]}')).toBe(
      '{\n  "a": [\n    1,\n    {\n      "b": null\n    }\n  ],\n  "c": {},\n  "d": []\n}',
    );
  });

  it("keeps digits, escapes and doubled keys, which parsed values would lose", () => {
    expect(layOutJson('{"n":12345678901234567890,"f":1.0,"s":"\\u00e9","s":2}')).toBe(
      '{\n  "n": 12345678901234567890,\n  "f": 1.0,\n  "s": "\\u00e9",\n  "s": 2\n}',
    );
  });

  it("lays any value out as JSON.stringify does", () => {
    fc.assert(
      fc.property(container, fc.constantFrom(0, 1, 4), (value, indent) => {
        expect(layOutJson(JSON.stringify(value, null, indent))).toBe(JSON.stringify(value, null, 2));
      }),
    );
  });
});

describe("paintJson", () => {
  it("tells keys from strings that hold what looks like one", () => {
    const painted = paintJson('{"key":"a\\": b","n":[1,true]}', coloured);
    const { cyan, green, yellow } = coloured;
    expect(painted).toBe(
      `{${cyan('"key"')}:${green('"a\\": b"')},${cyan('"n"')}:[${yellow("1")},${yellow("true")}]}`,
    );
  });

  it("changes no character besides colours", () => {
    fc.assert(
      fc.property(container, (value) => {
        const json = JSON.stringify(value, null, 2);
        expect(stripVTControlCharacters(paintJson(json, coloured))).toBe(stripVTControlCharacters(json));
      }),
    );
  });
});

const container = fc.oneof(fc.array(fc.jsonValue()), fc.dictionary(fc.string(), fc.jsonValue()));
