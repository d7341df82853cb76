import { sections } from "../conformance/facts.ts";
import type { Evidence, Fact } from "../conformance/facts/fact.ts";
import { testFile } from "./test-titles.ts";

const evidences: Readonly<Record<Evidence, string>> = {
  captured: "captured",
  documented: "documented",
  "service model": "service model",
  "seen by users": "seen by users",
  "second-hand": "second-hand",
  none: "–",
};

/** `docs/reference/gateway-compatibility.md`, as `test/conformance/facts.ts` has it. */
export function compatibilityPage(): string {
  const all = sections.flatMap(({ facts }) => facts);
  const count = (verdict: Fact["verdict"]): number => all.filter((fact) => fact.verdict === verdict).length;
  return `# API Gateway, fact by fact

How API Gateway's WebSocket APIs behave, and how Holdfast does: ${all.length} facts, of which ${count("same")} are the same,
${count("differs")} differ, ${count("absent")} are absent, and ${count("unknown")} are not known of API Gateway, so that Holdfast does what seems sensible and
claims nothing. [Conformance](conformance.md) says how to run the suite, on AWS as well.

What a fact rests on, from the strongest down: **captured** on the wire of the real service; **documented** in AWS's guide;
the **service model** that AWS's SDKs are made from, and what they do with answers; **seen by users**, who published events, texts or
experiments; **second-hand**, by somebody who says to have measured it. The last column names the tests that show it,
\`%s\` and its like standing for the cases of one test.

${sections.map(({ title, facts }) => sectionText(title, facts)).join("\n")}`;
}

function sectionText(title: string, facts: readonly Fact[]): string {
  const rows = facts.map(
    (fact) =>
      `| ${cell(fact.behaviour)} | ${cell(verdictText(fact))} | ${evidences[fact.evidence]} | ${fact.tests.map(testText).join("<br>")} |`,
  );
  return `## ${title}

| behaviour | Holdfast | evidence | tests |
|---|---|---|---|
${rows.join("\n")}
`;
}

function verdictText({ verdict, note }: Fact): string {
  if (verdict === "same") return "same";
  return verdict === "unknown" ? `unknown on AWS (${note})` : `${verdict} (${note})`;
}

function testText(name: string): string {
  const [short = ""] = name.split(": ", 1);
  return `[${short}](../../${testFile(name)}): ${cell(name.slice(short.length + 2))}`;
}

/** What would end a cell, or be taken for markup. */
function cell(text: string): string {
  const [code, prose] = [/(`[^`]*`)/, /[|<*_[\]]/g];
  return text
    .split(code)
    .map((part, at) => (at % 2 === 1 ? part.replaceAll("|", "\\|") : part.replaceAll(prose, String.raw`\$&`)))
    .join("");
}
