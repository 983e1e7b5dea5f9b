/** What the other replicas tell this one. */
export interface FeedListener {
  /** Another replica has committed changes of these tasks. */
  changed(taskIds: readonly string[]): void;
  /** Another replica has put work into the queue. */
  wake(): void;
  /** Notices may have been missed: the connection is new, or somebody had too much to tell. */
  gap(): void;
}

/**
 * How replicas on one database hear of each other's commits. Notices carry ids only, and may be lost when a replica dies
 * between its commit and its notice: a listener that must not miss anything also reads the rows now and then.
 */
export interface ChangeFeed {
  /** After the commit. Returns at once; what comes within a few milliseconds goes out as one notice. */
  publish(taskId: string): void;
  /** Work was put into the queue, and this replica has no worker. */
  wake(): void;
  /** Begins to listen. Called once. */
  listen(listener: FeedListener): void;
  /** Sends what is left, then ends. */
  close(): Promise<void>;
}
