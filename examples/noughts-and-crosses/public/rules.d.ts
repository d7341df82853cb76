export type Mark = "x" | "o";
export declare const tiles: readonly string[];
export declare function turn(moves: readonly string[]): Mark;
export declare function markAt(moves: readonly string[], tile: string): Mark | undefined;
export declare function outcome(moves: readonly string[]): Mark | "draw" | undefined;
