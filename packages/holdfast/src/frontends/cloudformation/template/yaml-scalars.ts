import type { ScalarNode } from "./source-tree.ts";

const nothing = /^(?:~|null|Null|NULL|)$/;
const yes = /^(?:yes|Yes|YES|true|True|TRUE|on|On|ON)$/;
const no = /^(?:no|No|NO|false|False|FALSE|off|Off|OFF)$/;
const integer = /^[-+]?(?:0|[1-9][0-9_]*)$/;
const otherBase = /^(?<sign>[-+]?)0(?<digits>b[01_]+|x[0-9a-fA-F_]+|[0-7_]+)$/;
const sexagesimal = /^(?<sign>[-+]?)(?<parts>[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?)$/;
const float = /^[-+]?(?:[0-9][0-9_]*\.[0-9_]*|\.[0-9][0-9_]*)(?:[eE][-+][0-9]+)?$/;

/**
 * What a scalar without quotes is: YAML 1.1, as CloudFormation documents. So `yes` and `on` are true (users report it of
 * CloudFormation), `0755` is octal and `1:30` is 90; dates are text, since CloudFormation knows no timestamps, and so are
 * account ids with an 8 or 9 that begin with 0.
 */
export function plainScalar(text: string): ScalarNode["value"] {
  if (nothing.test(text)) return null;
  if (yes.test(text)) return true;
  if (no.test(text)) return false;
  if (integer.test(text) || float.test(text)) return Number(text.replaceAll("_", ""));
  const based = otherBase.exec(text)?.groups;
  if (based !== undefined) return signed(based["sign"], fromBase(based["digits"] ?? ""));
  const timed = sexagesimal.exec(text)?.groups;
  // Of what begins with 0, YAML 1.1 makes numbers only with a fraction: 09:30 is text, as most who write it want.
  if (timed !== undefined && !/^0[0-9:]*$/.test(timed["parts"] ?? "")) {
    return signed(timed["sign"], fromSexagesimal(timed["parts"] ?? ""));
  }
  return text;
}

function signed(sign: string | undefined, value: number): number {
  return sign === "-" ? -value : value;
}

function fromBase(digits: string): number {
  const plain = digits.replaceAll("_", "");
  if (plain.startsWith("b")) return Number.parseInt(plain.slice(1), 2);
  return plain.startsWith("x") ? Number.parseInt(plain.slice(1), 16) : Number.parseInt(plain, 8);
}

function fromSexagesimal(parts: string): number {
  return parts
    .replaceAll("_", "")
    .split(":")
    .reduce((sum, part) => sum * 60 + Number(part), 0);
}
