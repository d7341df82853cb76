/** What bounds the deliveries to one subscriber. Each has a default; tests choose smaller ones. */
export interface TopicLimits {
  /** Deliveries that wait, run or pause; at more, nothing is published to the topic. */
  readonly maximumPending: number;
  /** What the messages of these may come to. */
  readonly maximumPendingBytes: number;
  /** Deliveries that run. */
  readonly maximumConcurrency: number;
  /** Tries of one delivery, the first included. */
  readonly maximumAttempts: number;
  /** The pause after the first try; it doubles with each that follows. */
  readonly firstPauseMs: number;
  /** A try that has not ended by then has failed, though it may still run: Lambda's longest, and a minute. */
  readonly deliveryTimeoutMs: number;
}

export function withDefaultLimits(limits: Partial<TopicLimits> = {}): TopicLimits {
  return {
    maximumPending: 10_000,
    maximumPendingBytes: 64 * 1024 * 1024,
    maximumConcurrency: 100,
    maximumAttempts: 4,
    firstPauseMs: 1_000,
    deliveryTimeoutMs: 16 * 60 * 1000,
    ...limits,
  };
}
