/** What a caller may do, each with what it opens; `admin` alone reaches beyond its own tenant. */
export const SCOPES = {
  'catalogue:read': 'Specs, colours, painting styles and quotes.',
  'vendors:read': 'Vendors, their health and what is left of their packages.',
  'photos:create': 'Photos sent in, ID photos, backgrounds, restorations and print sheets.',
  'photos:release': 'Buys the clean photos of previews.',
  'paintings:create': 'Has pictures painted.',
  'faces:verify': 'Compares faces with the national register.',
  'tasks:read': 'Tasks and their results, followed too.',
  'tasks:manage': 'Cancels, tries again and deletes tasks.',
  'reviews:resolve': 'Settles what came of calls of which nobody knows whether they were charged.',
  'persons:manage': 'Erases and exports what is kept of a person, and withdraws consents.',
  'audit:read': 'The audit trail.',
  'usage:read': "What was used of the vendors' packages.",
  'webhooks:manage': 'Makes webhooks, sees what they were told, and sends it again.',
  'tokens:create': 'Makes short-lived tokens and links for browsers.',
  admin: 'Makes, lists and revokes API keys and tenants, of every tenant.',
} as const satisfies Record<string, string>;

export type Scope = keyof typeof SCOPES;
export const ALL_SCOPES = Object.keys(SCOPES) as Scope[];

export function isScope(text: string): text is Scope {
  return Object.hasOwn(SCOPES, text);
}
