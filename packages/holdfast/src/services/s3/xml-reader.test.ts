import { expect, test } from "vitest";

import { childrenOf, readXml, textOf } from "./xml-reader.ts";

test("reads elements with their namespaces, texts, entities and raw texts", () => {
  const root = readXml(
    Buffer.from(
      '<?xml version="1.0"?>\n<!-- note --><s3:Delete xmlns:s3="x" a=\'1\'>\n<Object><Key>a &amp;&#x20;&#252;&lt;</Key></Object><Object><Key><![CDATA[<raw> & ]]>more\r\n</Key></Object><Quiet/></s3:Delete>\n',
    ),
  );
  expect(root.name).toBe("Delete");
  expect(childrenOf(root, "Object").map((one) => textOf(one, "Key"))).toEqual(["a & ü<", "<raw> & more\n"]);
  expect([textOf(root, "Quiet"), textOf(root, "None")]).toEqual(["", undefined]);
});

test.each([
  "",
  "text",
  "<a>",
  "<a></b>",
  "<a></a><b></b>",
  "<a></a>x",
  "</a>",
  "<a>&none;</a>",
  "<a>&amp</a>",
  "<a>&#x110000;</a>",
  '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
  `${"<a>".repeat(20)}${"</a>".repeat(20)}`,
  "<a><</a>",
])("refuses %j", (text) => {
  expect(() => readXml(Buffer.from(text))).toThrow(expect.objectContaining({ code: "MalformedXML" }));
});

test("refuses what is no UTF-8", () => {
  expect(() => readXml(Uint8Array.of(60, 97, 47, 62, 255))).toThrow(
    expect.objectContaining({ code: "MalformedXML" }),
  );
});

test("refuses what is too large for a request, and ends soon on what is nearly so", () => {
  expect(() => readXml(Buffer.alloc(4 * 1024 * 1024 + 1))).toThrow(
    expect.objectContaining({ code: "MaxMessageLengthExceeded" }),
  );
  const text = "&".repeat(4 * 1024 * 1024 - 10);
  expect(() => readXml(Buffer.from(`<a>${text}</a>`))).toThrow(/not well-formed/);
});

test("ends on a body that almost is one", () => {
  expect(() => readXml(Buffer.from(`<a ${'b="c" '.repeat(20_000)}`))).toThrow(/not well-formed/);
  expect(() => readXml(Buffer.from("<!--".repeat(20_000)))).toThrow(/not well-formed/);
});
