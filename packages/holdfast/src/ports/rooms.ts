/**
 * Groups of connections, and all of them at once. One call sends to many; a connection that ends leaves its rooms by
 * itself. Holdfast's extension: API Gateway has none of it.
 *
 * Calls reject with `ROOM_INVALID` for a room's name that is not 1 to 256 characters.
 */
export interface Rooms {
  /** Joining twice is joining once. Rejects with `GoneError`, `CONNECTION_ID_INVALID`, or `ROOM_INVALID` beyond 1,000 rooms. */
  join(room: string, connectionId: string): Promise<void>;

  /** Leaving a room that one is not in does nothing. Rejects with `CONNECTION_ID_INVALID`. */
  leave(room: string, connectionId: string): Promise<void>;

  /** Ids of those in the room, in the order they joined. */
  members(room: string): Promise<readonly string[]>;

  /** Resolves with how many it was queued for, when it is. Rejects with `PAYLOAD_TOO_LARGE`. */
  sendToRoom(room: string, data: string, options?: SendOptions): Promise<number>;

  /** Like `sendToRoom`, to every connection of the API. */
  broadcast(data: string, options?: SendOptions): Promise<number>;
}

export interface SendOptions {
  /** Ids of those who get nothing. */
  readonly except?: readonly string[];
}
