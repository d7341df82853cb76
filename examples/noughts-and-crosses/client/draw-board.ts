import { styleText } from "node:util";
import { markAt } from "../public/rules.js";

const colours = { x: "cyan", o: "yellow" } as const;

/** The board as lines. Free corners are labelled, so that it is plain how to name a tile. */
export function drawBoard(moves: readonly string[]): string[] {
  const rows = [0, 1, 2].map((row) =>
    [0, 1, 2]
      .map((column) => drawTile(moves, row, column))
      .join("│")
      .trimEnd(),
  );
  return rows.flatMap((row, index) => (index === 0 ? [row] : ["─────┼─────┼─────", row]));
}

function drawTile(moves: readonly string[], row: number, column: number): string {
  const tile = `${row},${column}`;
  const mark = markAt(moves, tile);
  if (mark !== undefined) return `  ${styleText(["bold", colours[mark]], mark)}  `;
  const isCorner = row !== 1 && column !== 1;
  return isCorner ? ` ${styleText("dim", tile)} ` : "     ";
}
