import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** A text as it could stand in a file: plain, escaped, in base64 at each of its three offsets, hexadecimal. */
function traces(text: string): Buffer[] {
  const utf8 = Buffer.from(text, 'utf8');
  const base64 = [0, 1, 2].flatMap(offset => {
    // The first and the last characters depend on the neighbours.
    const whole = Buffer.concat([Buffer.alloc(offset), utf8])
      .toString('base64')
      .replace(/=+$/, '');
    const sure = whole.slice(offset === 0 ? 0 : offset + 1, -1);
    return [sure, sure.replaceAll('+', '-').replaceAll('/', '_')];
  });
  const words = [...base64, utf8.toString('hex'), encodeURIComponent(text), JSON.stringify(text).slice(1, -1)];
  const escaped = [...text].map(sign => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');
  return [utf8, Buffer.from(text, 'utf16le'), ...[...words, escaped].map(word => Buffer.from(word))];
}

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => path.join(entry.parentPath, entry.name));
}

/** A server that runs removes pictures and keys in between. */
function readIfThere(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  }
}

/** Where one of the texts stands, by file. */
export function findIn(directory: string, log: string, texts: readonly string[]): string[] {
  const places = [
    ...filesUnder(directory).map(file => ({ name: path.relative(directory, file), bytes: readIfThere(file) })),
    { name: 'log', bytes: Buffer.from(log) },
  ];
  return texts.flatMap((text, index) =>
    places
      .filter(({ bytes }) => traces(text).some(trace => bytes.includes(trace)))
      .map(({ name }) => `text ${index} in ${name}`),
  );
}
