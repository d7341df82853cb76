// The rules, for the server, the terminal and the page. A game is the list of its moves: "row,column", x first.

const ways = [
  ["0,0", "0,1", "0,2"],
  ["1,0", "1,1", "1,2"],
  ["2,0", "2,1", "2,2"],
  ["0,0", "1,0", "2,0"],
  ["0,1", "1,1", "2,1"],
  ["0,2", "1,2", "2,2"],
  ["0,0", "1,1", "2,2"],
  ["0,2", "1,1", "2,0"],
];

export const tiles = ways.slice(0, 3).flat();

/** Whose turn it is. */
export function turn(moves) {
  return moves.length % 2 === 0 ? "x" : "o";
}

/** Who marked a tile, if anybody did. */
export function markAt(moves, tile) {
  const index = moves.indexOf(tile);
  return index === -1 ? undefined : turn(moves.slice(0, index));
}

/** Who has won, or "draw"; undefined while the game goes on. */
export function outcome(moves) {
  for (const way of ways) {
    const [first, second, third] = way.map((tile) => markAt(moves, tile));
    if (first !== undefined && first === second && first === third) return first;
  }
  return moves.length === tiles.length ? "draw" : undefined;
}
