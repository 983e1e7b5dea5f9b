export interface Size {
  width: number;
  height: number;
}

export function tag(letters: string): number[] {
  return Array.from(letters, letter => letter.charCodeAt(0));
}

/** False, not an error, beyond the end: a short file may still be something else. */
export function hasBytes(view: DataView, offset: number, expected: readonly number[]): boolean {
  if (offset + expected.length > view.byteLength) return false;
  return expected.every((byte, index) => view.getUint8(offset + index) === byte);
}
