import { makeZip } from './zip.ts';

/** Hands a file to the browser, as a click on a link to it would. */
export function save(name: string, content: Blob): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** Lines of a table for a spreadsheet: the mark at the beginning tells Excel that it is UTF-8. */
export function csvOf(lines: readonly (readonly (string | number | null)[])[]): Blob {
  const text = lines.map(line => line.map(cell => cellOf(cell)).join(',')).join('\r\n');
  return new Blob([`\uFEFF${text}\r\n`], { type: 'text/csv;charset=utf-8' });
}

/** A text that begins like a formula would be run by the spreadsheet: it gets an apostrophe. */
function cellOf(cell: string | number | null): string {
  const text = typeof cell === 'string' && /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : String(cell ?? '');
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Pictures in one file, each under its own name. Throws where one does not come. */
export async function saveZip(name: string, files: readonly { name: string; url: string }[]): Promise<void> {
  const taken = new Map<string, number>();
  const unique = files.map(file => {
    const count = (taken.get(file.name) ?? 0) + 1;
    taken.set(file.name, count);
    return count === 1 ? file : { ...file, name: file.name.replace(/(\.\w+)?$/, ` ${count}$1`) };
  });
  save(name, await makeZip(unique));
}
