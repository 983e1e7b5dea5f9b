import { language, tagOf } from './language.ts';

const tag = () => tagOf(language());

export function formatBytes(bytes: number): string {
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} KB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

export function formatPercent(share: number, digits = 1): string {
  return `${(share * 100).toFixed(digits)} %`;
}

/** `950 ms`, `1.2 s`, `3 min 20 s`. */
export function formatDuration(ms: number): string {
  if (ms < 1_000) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  return `${Math.floor(ms / 60_000)} min ${Math.floor((ms % 60_000) / 1_000)} s`;
}

export function formatNumber(value: number, digits = 0): string {
  return value.toLocaleString(tag(), { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** The time of day, and the day as well where it is not today. */
export function formatTime(iso: string | Date): string {
  const at = new Date(iso);
  const time = at.toLocaleTimeString('zh-CN', { hour12: false });
  return at.toDateString() === new Date().toDateString() ? time : `${formatDay(at)} ${time.slice(0, 5)}`;
}

/** `11-27`. */
export function formatDay(at: Date): string {
  return `${String(at.getMonth() + 1).padStart(2, '0')}-${String(at.getDate()).padStart(2, '0')}`;
}

export function formatDate(iso: string): string {
  const at = new Date(iso);
  return `${at.getFullYear()}-${formatDay(at)}`;
}
