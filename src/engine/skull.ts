/**
 * The skull, where rules measure a head without its hair. It cannot be seen under hair, so it is estimated by the
 * proportions of adults: the eyes lie half-way between chin and skull, a little below the middle of it (Farkas,
 * Anthropometry of the Head and Face, 1994: vertex to gnathion 1.96 times eyes to gnathion, with a deviation of about
 * 0.08). A child's eyes lie lower, and a head that nods shifts them.
 */
const SKULL_BY_EYES = 1.96;

/** The row of the skull. The hair is not below it: a crown that was seen lower is the skull itself. Rows grow downwards. */
export function skullRow(head: { crownY: number; chinY: number; eyesY: number }): number {
  return Math.max(head.crownY, head.chinY - SKULL_BY_EYES * (head.chinY - head.eyesY));
}
