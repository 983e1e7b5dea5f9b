/** A size as people type it: `295x413`, `35*45mm`, `295×413像素`, `35 45`. */
export interface TypedSize {
  width: number;
  height: number;
  unit: 'mm' | 'px' | null;
}

/**
 * The form in which titles and queries are compared. Width (`Ａ`, `（`), case, tone marks, blanks and punctuation are
 * removed, and any multiplication sign between two numbers becomes `x`.
 */
export function foldText(text: string): string {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/(?<=\d)\s*[x×✕*]\s*(?=\d)/gu, 'x')
    .replace(/[^\p{L}\p{N}]/gu, '');
}

const SIZE = /^(\d{1,5})\s*(mm|px|毫米|像素)?\s*(?:[x×✕*]|\s)\s*(\d{1,5})\s*(mm|px|毫米|像素)?$/u;

export function parseSize(text: string): TypedSize | undefined {
  const match = SIZE.exec(text.normalize('NFKC').trim().toLowerCase());
  if (!match) return undefined;
  const unit = match[4] ?? match[2];
  return {
    width: Number(match[1]),
    height: Number(match[3]),
    unit: unit === undefined ? null : unit === 'mm' || unit === '毫米' ? 'mm' : 'px',
  };
}
