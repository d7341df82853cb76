import type { ListNode, ScalarNode, SourceNode } from "./source-tree.ts";

/** The functions that have a short form in YAML: `!Sub` for `Fn::Sub`. */
const functions = [
  "And",
  "Base64",
  "Cidr",
  "Equals",
  "FindInMap",
  "GetAtt",
  "GetAZs",
  "GetStackOutput",
  "If",
  "ImportValue",
  "Join",
  "Length",
  "Not",
  "Or",
  "Select",
  "Split",
  "Sub",
  "ToJsonString",
  "Transform",
];

const longForms: ReadonlyMap<string, string> = new Map([
  ["!Ref", "Ref"],
  ["!Condition", "Condition"],
  ...functions.map((name) => [`!${name}`, `Fn::${name}`] as const),
]);

export const shortTags: readonly string[] = [...longForms.keys()];

/** `Fn::Sub` for `!Sub`. */
export function longFormOf(tag: string): string | undefined {
  return longForms.get(tag);
}

/** A value behind its short tag, as the long form: `!GetAtt a.b.c` names the attribute `b.c` of `a`. */
export function expandTag(longForm: string, tagOffset: number, value: SourceNode): SourceNode {
  const argument = longForm === "Fn::GetAtt" && value.kind === "scalar" ? splitAttribute(value) : value;
  return {
    kind: "map",
    offset: tagOffset,
    entries: new Map([[longForm, { keyOffset: tagOffset, value: argument }]]),
  };
}

function splitAttribute(node: ScalarNode): ScalarNode | ListNode {
  const text = String(node.value);
  const dot = text.indexOf(".");
  if (dot === -1) return node;
  return {
    kind: "list",
    offset: node.offset,
    items: [
      { kind: "scalar", offset: node.offset, value: text.slice(0, dot) },
      { kind: "scalar", offset: node.offset + dot + 1, value: text.slice(dot + 1) },
    ],
  };
}
