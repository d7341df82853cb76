import { expressionError } from "./expression-error.ts";
import { parseCondition } from "./parse-condition.ts";
import { parseProjection } from "./parse-projection.ts";
import { parseUpdate } from "./parse-update.ts";
import type { ConditionSyntax, PathSyntax, UpdateActionSyntax } from "./syntax.ts";

const maximumExpressionBytes = 4096;
/** Handlers send the same few expressions again and again. */
const maximumCached = 1000;

/** Parses expressions, each text once as long as it is remembered. */
export class ExpressionCache {
  readonly #conditions = new Map<string, ConditionSyntax>();
  readonly #updates = new Map<string, readonly UpdateActionSyntax[]>();
  readonly #projections = new Map<string, readonly PathSyntax[]>();

  /** `kind`: `ConditionExpression`, `FilterExpression` or `KeyConditionExpression`. */
  condition(kind: string, text: string): ConditionSyntax {
    return remember(this.#conditions, kind, text, () => parseCondition(kind, text));
  }

  update(text: string): readonly UpdateActionSyntax[] {
    return remember(this.#updates, "UpdateExpression", text, () => parseUpdate(text));
  }

  projection(text: string): readonly PathSyntax[] {
    return remember(this.#projections, "ProjectionExpression", text, () => parseProjection(text));
  }
}

function remember<Syntax>(
  known: Map<string, Syntax>,
  kind: string,
  text: string,
  parse: () => Syntax,
): Syntax {
  const found = known.get(text);
  if (found !== undefined) return found;
  checkLength(kind, text);
  const syntax = parse();
  if (known.size >= maximumCached) known.clear();
  known.set(text, syntax);
  return syntax;
}

function checkLength(kind: string, text: string): void {
  if (text.trim() === "") throw expressionError(kind, "The expression can not be empty;");
  const bytes = Buffer.byteLength(text);
  if (bytes > maximumExpressionBytes)
    throw expressionError(
      kind,
      `Expression size has exceeded the maximum allowed size; expression size: ${bytes}`,
    );
}
