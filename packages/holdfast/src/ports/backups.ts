/**
 * A store that can be copied while it works. Implementations that outlive the process pass `test/contract/backups.ts`.
 * Duties:
 * - All that was acknowledged before the call is in the copy; of what is written meanwhile all or nothing, each write whole.
 * - Requests go on being answered; what the copying holds in memory is bounded.
 * - What is copied opens as any state does.
 */
export interface BackupSource {
  /**
   * Writes the copy where nothing is yet: a file or a folder, as the store's own place is. What is there after a
   * rejection is of no use. Rejects with `STATE_NOT_WRITABLE`, or `STORE_FAILED` when the store is closed meanwhile.
   */
  backup(to: string): Promise<void>;
}
