import type { Say } from './report.js';

/** Resolves with true if the vendor took what was sent. */
export interface Step {
  what: string;
  run(say: Say): Promise<boolean>;
}

/** How the keys of a vendor are tried. `free`: nothing that its guide charges for. `billed`: one unit at most. */
export interface Trial {
  free?: Step;
  billed?: Step;
  close?(): Promise<void>;
}
