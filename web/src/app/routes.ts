import type { Scope } from '../data/generated.ts';
import type { Words } from '../i18n/en.ts';
import type { IconName } from '../ui/icon.tsx';

export interface Page {
  readonly path: string;
  readonly name: keyof Words['nav'] & ('new' | 'tasks' | 'vendors' | 'usage' | 'keys' | 'audit');
  readonly icon: IconName;
  /** Who lacks it does not see the page. */
  readonly scope: Scope;
  readonly group?: 'running' | 'admin';
}

/** The server answers each path with the one page (`VIEWS` of `src/server/dashboard.ts`). */
export const PAGES: readonly Page[] = [
  { path: '/', name: 'new', icon: 'camera', scope: 'PHOTOS_CREATE' },
  { path: '/tasks', name: 'tasks', icon: 'list', scope: 'TASKS_READ' },
  { path: '/vendors', name: 'vendors', icon: 'server', scope: 'VENDORS_READ', group: 'running' },
  { path: '/usage', name: 'usage', icon: 'chart', scope: 'USAGE_READ', group: 'running' },
  { path: '/keys', name: 'keys', icon: 'key', scope: 'ADMIN', group: 'admin' },
  { path: '/audit', name: 'audit', icon: 'shield', scope: 'AUDIT_READ', group: 'admin' },
];

/** Undefined for `/more`, which stands for several. */
export function pageOf(path: string): Page | undefined {
  if (path === '/more') return undefined;
  return PAGES.find(page => page.path !== '/' && path.startsWith(page.path)) ?? PAGES[0]!;
}
