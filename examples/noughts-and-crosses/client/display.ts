/** What a player sees, and where they type. */
export interface Display {
  /** Says something that stays. */
  say(text: string): void;
  board(moves: readonly string[]): void;
  /** Shows that there is nothing to do but wait. */
  wait(what: string): void;
  /** Asks for a tile, and first says what was wrong with the last answer. Rejects with GameEnded when nobody will answer. */
  ask(problem: string | undefined): Promise<string>;
  /** Shows how the game ended. */
  finish(result: string): void;
  /** Leaves the terminal as it was. */
  close(): void;
}
