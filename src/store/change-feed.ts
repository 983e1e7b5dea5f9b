/** Receives what other replicas publish. */
export interface FeedListener {
  /** Another replica has committed changes of these tasks. */
  changed(taskIds: readonly string[]): void;
  /** Another replica has put work into the queue. */
  wake(): void;
  /** Notices may have been lost: the connection is new, or a replica had more changes than it could send. */
  gap(): void;
}

/**
 * How replicas on one database hear of each other's commits. Notices carry ids only. A notice is lost when a replica
 * dies between its commit and its notice, so a listener that must not miss anything also reads the rows from time to
 * time.
 */
export interface ChangeFeed {
  /** To be called after the commit. Returns at once; calls within a few milliseconds are sent as one notice. */
  publish(taskId: string): void;
  /** Work was queued, and this replica has no worker for it. */
  wake(): void;
  /** Starts listening. May be called once. */
  listen(listener: FeedListener): void;
  /** Sends what is pending, then closes. */
  close(): Promise<void>;
}
