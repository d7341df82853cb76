/** A pattern for events is not one; the message says where. */
export class EventPatternError extends Error {
  override readonly name = "EventPatternError";
}
