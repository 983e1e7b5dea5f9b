/** Drawn on 16 x 16, by strokes. */
const PATHS = {
  camera: 'M2 5.5h2.5L6 3.5h4l1.5 2H14v7.5H2zM8 11.2a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4z',
  list: 'M5.5 4h8M5.5 8h8M5.5 12h8M2.5 4h.01M2.5 8h.01M2.5 12h.01',
  server: 'M2.5 3h11v4h-11zM2.5 9h11v4h-11zM5 5h.01M5 11h.01',
  chart: 'M2.5 13.5h11M4.5 11V7M8 11V3M11.5 11V5.5',
  key: 'M9.5 6.5a3.2 3.2 0 1 0-1.8 2.9L9 10.7h1.6v1.6h1.6V14H14v-2.2L9.3 7.2M5.8 5.8h.01',
  shield: 'M8 1.8l5 2v3.9c0 3-2.1 5.3-5 6.5-2.9-1.2-5-3.5-5-6.5V3.8zM5.8 8l1.6 1.6L10.4 6.5',
  search: 'M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9zM10.3 10.3L14 14',
  check: 'M3 8.5l3.2 3.2L13 4.8',
  passed: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM5.3 8.2l1.9 1.9 3.5-3.9',
  cross: 'M4 4l8 8M12 4l-8 8',
  failed: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM6 6l4 4M10 6l-4 4',
  ask: 'M8 1.8L14.2 8 8 14.2 1.8 8zM8 5.2v3.3M8 10.7h.01',
  spinner: 'M14 8a6 6 0 1 1-3-5.2',
  clock: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM8 5v3.2l2 1.3',
  code: 'M5.5 4.5L2 8l3.5 3.5M10.5 4.5L14 8l-3.5 3.5',
  copy: 'M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3',
  sun: 'M8 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM8 1.5v1M8 13.5v1M1.5 8h1M13.5 8h1M3.4 3.4l.7.7M11.9 11.9l.7.7M3.4 12.6l.7-.7M11.9 4.1l.7-.7',
  moon: 'M13.5 9.5A6 6 0 0 1 6.5 2.5a5.8 5.8 0 1 0 7 7z',
  download: 'M8 2.5v8M4.8 7.5L8 10.7l3.2-3.2M3 13.5h10',
  print: 'M4.5 6V2.5h7V6M4.5 11.5h-2V6h11v5.5h-2M4.5 9.5h7v4h-7z',
  upload: 'M8 10.5v-8M4.8 5.7L8 2.5l3.2 3.2M3 13.5h10',
  swap: 'M5 3.5L2.5 6 5 8.5M2.5 6h11M11 7.5l2.5 2.5-2.5 2.5M13.5 10h-11',
  next: 'M6 3.5L10.5 8 6 12.5',
  back: 'M10 3.5L5.5 8l4.5 4.5',
  more: 'M3.5 8h.01M8 8h.01M12.5 8h.01',
  ban: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM3.8 3.8l8.4 8.4',
  retry: 'M13.5 8a5.5 5.5 0 1 1-1.7-4M13.5 2v3h-3',
  bin: 'M3 4.5h10M6 4.5v-2h4v2M4.5 4.5l.6 9h5.8l.6-9',
  eye: 'M1.5 8S4 3.5 8 3.5 14.5 8 14.5 8 12 12.5 8 12.5 1.5 8 1.5 8zM8 10a2 2 0 1 0 0-4 2 2 0 0 0 0 4z',
  wifi: 'M2 6.5a9 9 0 0 1 12 0M4.3 9a5.5 5.5 0 0 1 7.4 0M8 12h.01',
  plus: 'M8 3v10M3 8h10',
  leave: 'M6.5 2.5h-4v11h4M6 8h8M11 5l3 3-3 3',
} as const;

export type IconName = keyof typeof PATHS;

/** Decoration: what it means is always said by words beside it. */
export function Icon({ name, large = false, spin = false }: { name: IconName; large?: boolean; spin?: boolean }) {
  const classes = ['i', large && 'l', spin && 'spin'].filter(Boolean).join(' ');
  return (
    <svg className={classes} viewBox="0 0 16 16" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}

export function Logo() {
  return (
    <svg viewBox="0 0 24 24" aria-hidden="true">
      <rect x="1" y="1" width="22" height="22" rx="5" fill="#211e1b" />
      <rect x="7" y="5" width="10" height="14" rx="1" fill="#f3efe9" />
      <circle cx="12" cy="10.5" r="2.6" fill="#211e1b" />
      <path d="M7.8 19c.5-3 2.2-4.4 4.2-4.4s3.7 1.4 4.2 4.4z" fill="#211e1b" />
      <path d="M7 5h10" stroke="#ff9a57" strokeWidth="2" />
    </svg>
  );
}
