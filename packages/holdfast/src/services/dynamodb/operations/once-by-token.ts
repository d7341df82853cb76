import { createHash } from "node:crypto";
import type { OperationInput, OperationOutput } from "../../service-face.ts";
import { constraintError, textIn } from "../members.ts";
import type { Surroundings } from "../surroundings.ts";

const maximumTokenCharacters = 36;

/**
 * Carries a request out; one with a `ClientRequestToken` once only, however often it is sent within ten minutes.
 * `content` tells it from another with the same token.
 */
export async function onceByToken(
  { tokens }: Surroundings,
  input: OperationInput,
  content: unknown,
  run: () => Promise<OperationOutput>,
): Promise<OperationOutput> {
  const token = textIn(input, "ClientRequestToken");
  if (token === undefined) return run();
  if (token === "" || token.length > maximumTokenCharacters)
    throw constraintError(
      token,
      "ClientRequestToken",
      `Member must have length ${token === "" ? "greater than or equal to 1" : "less than or equal to 36"}`,
    );
  const digest = createHash("sha256").update(JSON.stringify(content)).digest("base64");
  return tokens.once(token, digest, run);
}
