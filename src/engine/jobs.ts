import type { Propagation } from '../kernel/aigc.js';
import type { Analysis } from './analysis.js';
import type { FrameSize } from './head-frame.js';
import type { MattingModel } from './matting-model.js';
import type { Background, EditProof, IdPhotoOptions } from './photo.js';
import type { Enlargement, FitLimits, LabelOptions, PlaceholderText, SheetOptions } from './picture.js';
import type { Refusal } from './refusals.js';
import type { CheckOptions } from './report.js';

/** What a worker is told at its start. */
export interface EngineSettings {
  mattingModel?: MattingModel | undefined;
}

/** The jobs that the main thread sends to a worker. */
export type EngineJob =
  | { kind: 'normalise'; bytes: Uint8Array; propagation?: Propagation | undefined }
  | { kind: 'read metadata'; bytes: Uint8Array }
  | { kind: 'analyse'; bytes: Uint8Array; frameSize: FrameSize; level: boolean; id: number }
  /** Without an analysis, the one that the worker holds under the id. The answer is false where it holds none. */
  | { kind: 'render'; analysis?: Analysis; id: number; options: IdPhotoOptions }
  | { kind: 'render unedited'; bytes: Uint8Array; analysis: Analysis; options: IdPhotoOptions }
  | { kind: 'check'; bytes: Uint8Array; found: Analysis | Refusal; options: CheckOptions }
  | { kind: 'remake'; bytes: Uint8Array; proof: EditProof; photo: Uint8Array }
  | { kind: 'change background'; bytes: Uint8Array; analysis: Analysis; background: Background }
  | { kind: 'plan enlargement'; bytes: Uint8Array }
  | { kind: 'enlarge band'; bytes: Uint8Array; plan: Enlargement; band: number }
  | { kind: 'join bands'; bands: readonly Uint8Array[]; plan: Enlargement }
  | { kind: 'repair'; bytes: Uint8Array }
  | { kind: 'watermark'; bytes: Uint8Array; text: string }
  | { kind: 'print sheet'; photos: readonly Uint8Array[]; options: SheetOptions }
  | { kind: 'label'; bytes: Uint8Array; options: LabelOptions }
  | { kind: 'placeholder'; text: PlaceholderText }
  | { kind: 'thumbnail'; bytes: Uint8Array; widthPx: number }
  | { kind: 'fit'; bytes: Uint8Array; limits: FitLimits }
  | { kind: 'try matting model' }
  | { kind: 'receive'; bytes: Uint8Array; keepMetadata: boolean };
