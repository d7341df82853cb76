/** The game cannot go on; the message is for the player. */
export class GameEnded extends Error {
  readonly exitCode: number;

  constructor(message: string, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}
