import type { ProtocolCase } from "./case.ts";
import { closingCases } from "./closing-cases.ts";
import { framingCases } from "./framing-cases.ts";
import { sizeCases } from "./size-cases.ts";
import { utf8Cases } from "./utf8-cases.ts";

/** What RFC 6455 asks of a server, case by case. */
export const protocolCases: readonly ProtocolCase[] = [
  ...framingCases,
  ...utf8Cases,
  ...closingCases,
  ...sizeCases,
];
