import type { Analysis } from '../../src/engine/analysis.js';
import type { Cutout, Portrait } from './portraits.js';

/** One case measured. All figures are worse the larger they are, so that one rule compares them. */
export type Figures = Record<string, number>;

export interface Material {
  cutouts: readonly Cutout[];
  portraits: readonly Portrait[];
  /** A line below the table: what a figure is about. */
  say(line: string): void;
  /** Puts a finished photo on the contact sheet of the section. */
  showPhoto(title: string, bytes: Uint8Array): Promise<void>;
  /** Puts the one-inch photo of an analysis on the contact sheet of the section. */
  show(title: string, analysis: Analysis): Promise<void>;
}

/** A part of the bench: its figures by case. A new one is added to SECTIONS in quality.ts. */
export interface Section {
  name: string;
  what: string;
  run(material: Material): Promise<Record<string, Figures>>;
}
