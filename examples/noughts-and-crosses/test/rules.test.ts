import { expect, test } from "vitest";
import { drawBoard } from "../client/draw-board.ts";
import { markAt, outcome, tiles, turn } from "../public/rules.js";

const ways = ["00 01 02", "10 11 12", "20 21 22", "00 10 20", "01 11 21", "02 12 22", "00 11 22", "02 11 20"];
const toTiles = (way: string): string[] => way.split(" ").map(([row, column]) => `${row},${column}`);

test.each(ways)("%s wins, for either player, with the last of the three", (way) => {
  const wanted = toTiles(way);
  // Two tiles that with any third are no line with one another.
  const others = tiles.filter((tile) => !wanted.includes(tile));
  const asX = [wanted[0], others[0], wanted[1], others[1], wanted[2]].map(String);
  expect(outcome(asX.slice(0, 4))).toBeUndefined();
  expect(outcome(asX)).toBe("x");
  const spare = others.find(
    (tile) => outcome([others[0], wanted[0], others[1], wanted[1], tile].map(String)) === undefined,
  );
  expect(outcome([others[0], wanted[0], others[1], wanted[1], spare, wanted[2]].map(String))).toBe("o");
});

test("nine moves without a line are a draw, and the ninth can still win", () => {
  const drawn = ["0,0", "1,1", "2,2", "0,1", "2,1", "2,0", "0,2", "1,2", "1,0"];
  expect([outcome(drawn.slice(0, 8)), outcome(drawn)]).toEqual([undefined, "draw"]);
  const won = ["0,0", "0,1", "0,2", "1,1", "1,0", "1,2", "2,1", "2,2", "2,0"];
  expect([outcome(won.slice(0, 8)), outcome(won)]).toEqual([undefined, "x"]);
});

test("x moves first, and each mark is its mover's", () => {
  expect([turn([]), turn(["0,0"]), turn(["0,0", "1,1"])]).toEqual(["x", "o", "x"]);
  expect(["0,0", "1,1", "2,2"].map((tile) => markAt(["0,0", "1,1"], tile))).toEqual(["x", "o", undefined]);
});

test("the board labels its free corners", () => {
  expect(drawBoard(["0,0", "1,1", "1,2"])).toEqual([
    "  x  │     │ 0,2",
    "─────┼─────┼─────",
    "     │  o  │  x",
    "─────┼─────┼─────",
    " 2,0 │     │ 2,2",
  ]);
});
