import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { consequenceOf, isHarmless } from "../../src/frontends/cloudformation/resources/ignored-kinds.ts";
import type { AppModel } from "../../src/model/app-model.ts";
import { findUnsupported } from "../../src/model/target-support.ts";
import { sampleModel } from "../model/sample-model.ts";
import { listFiles, root, sourceDir } from "./repository.ts";

const page = readFileSync(path.join(root, "docs/reference/templates.md"), "utf8");
const frontend = path.join(sourceDir, "frontends/cloudformation");

function sourceOf(folder: string): string {
  return listFiles(path.join(frontend, folder))
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
    .map((file) => readFileSync(file, "utf8"))
    .join("\n");
}

function all(text: string, pattern: RegExp): string[] {
  const found = [...text.matchAll(pattern)].map(([, first = ""]) => first);
  return [...new Set(found)].toSorted();
}

/** What the page has between backticks, below a heading. */
function namedBelow(heading: string): string[] {
  const [, below = ""] = page.split(`\n${heading}\n`);
  return all(below.split(/\n##+ /)[0] ?? "", /`([^`]+)`/g);
}

const resources = sourceOf("resources");
const types = /`((?:AWS|Custom)::\w+(?:::[\w*]+)*)`/g;
const typesOfPage = all(page.split("\n## Functions of templates")[0] ?? "", types);

/** Written with the beginning of their types behind a name, or put together. */
const elsewhere = ["AWS::ApiGateway::DomainNameV2", "AWS::ApiGateway::BasePathMappingV2"];
/** No types of resources. */
const others = ["AWS::NoValue", "AWS::ApiGateway::*", "AWS::ApiGatewayV2::*"];

test("docs/reference/templates.md has the types of resources that the source has, and no others", () => {
  const written = all(resources, /"((?:AWS|Custom)::[\w:]+)"/g).map((type) => type.replace(/::$/, "::*"));
  const v2 = all(resources, /\$\{v2\}(\w+)/g).map((name) => `AWS::ApiGatewayV2::${name}`);
  const v1 = all(resources, /\$\{v1\}(\w+)/g).map((name) => `AWS::ApiGateway::${name}`);
  const ofSource = new Set([...written, ...v2, ...v1, ...elsewhere]);
  expect(typesOfPage).toEqual([...ofSource].filter((type) => !others.includes(type)).toSorted());
});

test("what templates.md says of types that are not run is what the app's user hears", () => {
  const [, section = ""] = page.split("\n## Resources that are not run\n");
  const [table = ""] = section.split("\nOf API Gateway's");
  const rows = [...table.matchAll(/^\| (?<types>`.*`) \| (?<what>.*) \|$/gm)].flatMap(
    ({ groups: { types: cell = "", what = "" } = {} }) => all(cell, types).map((type) => [type, what]),
  );
  expect(rows.length).toBeGreaterThan(30);
  expect(rows).toEqual(rows.map(([type = ""]) => [type, consequenceOf(type.replace("*", ""))]));
});

test("what templates.md says changes nothing is passed over without a word", () => {
  const named = namedBelow("## Resources that change nothing here");
  const harmless = named.filter((type) => !type.startsWith("AWS::ApiGateway::"));
  expect(harmless.length).toBeGreaterThan(20);
  expect(harmless.filter((type) => !isHarmless(type.replace("*", "")))).toEqual([]);
});

test("every property that is read is in templates.md, and what the page names is read", () => {
  const reading = /\.(?:text|number|flag|object|objects|texts|textMap|choice|document|has)\(\s*"([A-Z]\w*)"/g;
  const words = new Set(all(page, /\b(\w+)\b/g));
  expect(all(resources, reading).filter((name) => !words.has(name))).toEqual([]);

  const [read = ""] = page.split("\n## Resources that change nothing here");
  const named = all(read, /`([A-Za-z]+)`/g).filter((name) => /^[A-Z][a-z]/.test(name));
  const known = new Set(all(resources, /\b([A-Za-z]\w+)\b/g));
  const remarks = ["Architectures", "VpcConfig", "BillingMode", "String", "StringList"];
  expect(named.filter((name) => !known.has(name) && !remarks.includes(name))).toEqual([]);
});

test("templates.md has resources that are not run yet only as long as the target does not run them", () => {
  const queue = {
    name: "jobs",
    fifo: false,
    visibilityTimeoutMs: 30_000,
    delayMs: 0,
    retentionMs: 60_000,
    waitMs: 0,
    maximumMessageBytes: 1024,
    contentBasedDeduplication: false,
  };
  const source: AppModel["eventSources"][number] = {
    function: "handler",
    source: { kind: "queue", queue: queue.name },
    batchSize: 1,
    windowMs: 0,
    partialFailures: false,
    filters: [],
    bisects: false,
  };
  const rule = { name: "rule", pattern: "{}", targets: [{ function: "handler" }] };
  const model = { ...sampleModel, queues: [queue], eventSources: [source], eventRules: [rule] };
  const isUnsupported = findUnsupported(model, "local").length > 0;
  expect(page.includes("\n### Read, and not run yet\n")).toBe(isUnsupported);
});

test("templates.md has the functions, SAM's types and events that the source has", () => {
  const resolver = readFileSync(path.join(frontend, "intrinsics/resolver.ts"), "utf8");
  const functions = all(resolver, /\["((?:Fn::)?\w+)", \w+\]/g);
  expect(functions.length).toBeGreaterThan(15);
  expect(functions.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);

  const sam = sourceOf("sam");
  expect(all(page, /`(AWS::Serverless::\w+)`/g)).toEqual(all(sam, /"(AWS::Serverless::\w+)"/g));

  const reader = readFileSync(path.join(frontend, "sam/events/read-events.ts"), "utf8");
  const made = all(reader, /^ {2}(\w+): make/gm);
  const [, ignored = ""] = /const ignoredTypes = \[([^\]]*)\]/.exec(reader) ?? [];
  const [, table = ""] = page.split("\n| event | invokes the function |\n");
  const first = [...(table.split("\n\n")[0] ?? "").matchAll(/^\| ([^|]*) \|/gm)].map(([, cell = ""]) => cell);
  expect(all(first.join(" "), /`(\w+)`/g)).toEqual([...made, ...all(ignored, /"(\w+)"/g)].toSorted());
});
