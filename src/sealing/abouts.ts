/** What each sealed text is bound to: where it is copied to another place, it does not open. */

export interface OfTask {
  id: string;
  tenantId: string;
}

export function aboutTask({ id, tenantId }: OfTask): string {
  return `task:${tenantId}:${id}`;
}

/** A text of version 1 was sealed before its task had an id. */
export function aboutOldTask({ tenantId, operation }: { tenantId: string; operation: string }): string {
  return `${tenantId} ${operation}`;
}

export function aboutWebhook(tenantId: string, id: string): string {
  return `webhook:${tenantId}:${id}`;
}

/** @param fingerprint of the secret that went */
export function aboutRetired(fingerprint: string): string {
  return `retired:${fingerprint}`;
}
