import type { Analysis } from './analysis.js';
import type { ReachName } from './head-frame.js';
import type { IdPhotoOptions } from './photo.js';

/** What the main thread asks of a worker. */
export type EngineJob =
  | { kind: 'normalise'; bytes: Uint8Array }
  | { kind: 'analyse'; bytes: Uint8Array; reach: ReachName }
  | { kind: 'render'; analysis: Analysis; options: IdPhotoOptions };
