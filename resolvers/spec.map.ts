import { Color } from '../schema/color.type.js';
import { Spec } from '../schema/spec.type.js';
import { type Color as CatalogueColor, colorById } from '../src/specs/colors.js';
import { type Spec as CatalogueSpec, SPEC_NOTES } from '../src/specs/spec.js';

export function toColor(color: CatalogueColor): Color {
  return Object.assign(new Color(), {
    id: color.id,
    title: color.title,
    titleEn: color.titleEn,
    gradient: color.kind === 'gradient',
    hex: color.hex,
    hexEnd: color.hexEnd,
    hexSource: color.hexSource,
  } satisfies Color);
}

export function toSpec(spec: CatalogueSpec): Spec {
  const { colors, notes, rows, ...same } = spec;
  return Object.assign(new Spec(), {
    ...same,
    rows: [...rows],
    backgrounds: colors.map(id => toColor(colorById(id)!)),
    notes: notes.map(note => SPEC_NOTES[note]),
  } satisfies Spec);
}
