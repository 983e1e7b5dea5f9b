import { useSyncExternalStore } from 'react';

export type Theme = 'light' | 'dark';

const KEPT = 'darkroom-theme';
const system = matchMedia('(prefers-color-scheme: dark)');
const listeners = new Set<() => void>();

function theme(): Theme {
  const kept = localStorage.getItem(KEPT);
  return kept === 'light' || kept === 'dark' ? kept : system.matches ? 'dark' : 'light';
}

function apply(): void {
  document.documentElement.dataset.theme = theme();
  for (const listener of listeners) listener();
}

apply();
system.addEventListener('change', apply);

export function toggleTheme(): void {
  localStorage.setItem(KEPT, theme() === 'dark' ? 'light' : 'dark');
  apply();
}

export function useTheme(): Theme {
  return useSyncExternalStore(listener => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, theme);
}
