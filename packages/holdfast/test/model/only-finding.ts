import { expect } from "vitest";

import type { Finding } from "../../src/model/finding.ts";

/** The one finding, without what a test need not repeat; fails when there are more or none. */
export function onlyFinding(findings: readonly Finding[]) {
  expect(findings.map(({ message }) => message)).toHaveLength(1);
  const { code, subject, occurrence, message } = findings[0] as Finding;
  return { code, subject, message, ...(occurrence !== undefined && { occurrence }) };
}
