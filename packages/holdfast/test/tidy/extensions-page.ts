import { extensions, type Becomes } from "../../src/model/extensions.ts";

const words: Readonly<Record<Becomes["kind"], string>> = { same: "yes", similar: "nearly", refused: "no" };

/** `docs/reference/extensions.md`, as the table in `model/extensions.ts` has it. */
export function extensionsPage(): string {
  const cell = ({ kind, how }: Becomes): string => `${words[kind]}: ${how}`;
  const rows = Object.values(extensions).map(
    ({ written, title, on }) =>
      `| ${title} | ${written} | ${cell(on.local)} | ${cell(on.server)} | ${cell(on.aws)} |`,
  );
  return `# Extensions

What Holdfast has and API Gateway's WebSocket APIs have not, and what becomes of it on each target. "Nearly" is a
warning and "no" an error when an app that uses the extension is validated for that target: never a surprise at run
time. The target that runs today is local; what stands under server and AWS is what validation holds for those.

| extension | in code | local | server | AWS |
|---|---|---|---|---|
${rows.join("\n")}
`;
}
