/**
 * AWS's services as far as a target hosts them, for routes that call a service without a function in between. Duties:
 * - Names are AWS's: service `dynamodb`, action `PutItem`; both in any spelling of capitals.
 * - The payload is the action's request and the answer its response, in the form that the service's own protocol has
 *   in JSON.
 */
export interface ServiceActions {
  /**
   * Rejects with `HoldfastError`: `INTEGRATION_FAILED` for a service or an action that the target does not have, any
   * other code for what the service itself refuses.
   */
  run(service: string, action: string, payload: ServicePayload, signal: AbortSignal): Promise<unknown>;
}

export type ServicePayload = Readonly<Record<string, unknown>>;
