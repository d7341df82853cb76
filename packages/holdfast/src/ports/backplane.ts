/**
 * Carries questions between the nodes of one app: a process and its successor, or many machines. Implementations pass
 * `test/contract/backplane.ts`. Duties:
 * - What one node asks of another is taken up there in the order of the questions.
 * - Arguments and answers are plain data, as JSON holds it, and `Uint8Array`s; errors keep their codes.
 * - A node that has gone stays gone: its number is not given to another while anybody may still know it.
 */
export interface Backplane {
  /** This node, 0 to 65535; connection ids carry it. */
  readonly node: number;

  /** The others that are there now. */
  nodes(): readonly number[];

  /**
   * Rejects with `NODE_GONE` where the node is not there, or goes before it has answered (it may have done what was asked
   * all the same), with `OPERATION_UNKNOWN` where it does not answer that, and with what its handler threw.
   */
  ask(node: number, operation: string, argument: unknown): Promise<unknown>;

  /** From now on answers what others ask under this name, such as `connections.send`; an operation has one handler. */
  serve(operation: string, handler: BackplaneHandler): void;

  /** Calls back when another node has gone, and nothing more comes of it. Returns what ends that. */
  onGone(listener: (node: number) => void): () => void;

  /** Leaves: to the others this node has gone. */
  close(): Promise<void>;
}

export type BackplaneHandler = (argument: unknown) => Promise<unknown>;
