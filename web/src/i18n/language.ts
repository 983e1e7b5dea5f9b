import { useSyncExternalStore } from 'react';
import { en, type Words } from './en.ts';
import { zh } from './zh.ts';

export type Language = 'en' | 'zh';

const KEPT = 'darkroom-language';
const CATALOGUES: Record<Language, Words> = { en, zh };
const listeners = new Set<() => void>();

function chosen(): Language {
  const kept = localStorage.getItem(KEPT);
  if (kept === 'en' || kept === 'zh') return kept;
  return navigator.languages.find(tag => /^(en|zh)\b/i.test(tag))?.startsWith('zh') ? 'zh' : 'en';
}

let current = chosen();
document.documentElement.lang = tagOf(current);

export const language = () => current;
export const words = () => CATALOGUES[current];

/** For `lang`, and for Intl. */
export function tagOf(of: Language): string {
  return of === 'zh' ? 'zh-CN' : 'en';
}

export function setLanguage(next: Language): void {
  current = next;
  localStorage.setItem(KEPT, next);
  document.documentElement.lang = tagOf(next);
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const useLanguage = () => useSyncExternalStore(subscribe, language);
export const useWords = () => useSyncExternalStore(subscribe, words);
