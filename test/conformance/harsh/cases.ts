import type { RemoteVendor } from '../flows.js';
import { plainAddresses } from './addresses.js';
import type { HarshCase, Kind } from './case.js';
import { downloads, never, partial, slowOne } from './downloads.js';
import { forms } from './forms.js';
import { face, idPhoto, type Line, painting, picture, previews, release, restoration } from './lines.js';
import { meanings } from './meanings.js';
import { html } from './replies.js';

/** The quickest first, so that what is tried on one alone is tried there. */
const LINES: readonly Line[] = [face(), idPhoto(), previews(), release(), restoration(), painting()];

/** Every harsh answer of every vendor. */
function all(): HarshCase[] {
  return [
    ...LINES.flatMap(line => [line.submit, ...line.asks].flatMap(call => forms(line, call))),
    ...LINES.filter(({ pictures }) => pictures.length > 0).flatMap(downloads),
    ...[idPhoto(), release(), painting(), restoration()].flatMap(line => [...never(line), ...plainAddresses(line)]),
    partial(painting(6), ['2'], 'corrupt', ({ photo }) => picture(photo.subarray(0, 2_000))),
    partial(painting(3), ['0'], '404', () => html(404)),
    partial(painting(3), ['0', '2'], 'a page', () => html()),
    partial(painting(2), ['1'], '403', () => html(403)),
    partial(release(), ['clean-sheet-0'], 'corrupt', ({ photo }) => picture(photo.subarray(0, 2_000))),
    partial(release(), ['clean-sheet-0'], '404', () => html(404)),
    partial(release(), ['clean-0'], '404', () => html(404)),
    partial(previews(), ['sheet-0'], 'corrupt', ({ photo }) => picture(photo.subarray(0, 2_000))),
    slowOne(painting(3), '0'),
    slowOne(release(), 'clean-0'),
    ...meanings(),
  ];
}

/** By vendor, in the order of the printed columns. */
export function harshCases(vendor: RemoteVendor): HarshCase[] {
  return all().filter(({ line }) => line.vendor === vendor);
}

/** In which each line of a list is tried on every call, on every picture or with several codes. */
const LISTED: ReadonlySet<Kind> = new Set([
  'encoded',
  'charset',
  'content type',
  'framing',
  'unreadable',
  'lost on the way',
  'negative answer',
  'picture: odd',
  'picture: spoilt once',
  'picture: never comes',
  'http: addresses',
]);

/** For `npm test`: each kind of answer at each operation, and each line of a list at one call and with one code. */
export function someHarshCases(): HarshCase[] {
  const tried = new Set<string>();
  return all().filter(({ kind, line: { vendor, operation }, detail }) => {
    const listed = detail.replace(/^[a-z]+: /, '').replace(/"?\d{3,4}"?/, 'code');
    const keys = [
      `${kind} ${vendor} ${operation}`,
      ...(LISTED.has(kind) ? [`${kind} ${listed}`] : []),
      ...(kind === 'some of several' ? [`${operation} ${detail.split(':')[0]}`] : []),
      ...(kind === 'unlisted status' ? [detail] : []),
    ];
    const fresh = keys.some(key => !tried.has(key));
    for (const key of keys) tried.add(key);
    return fresh;
  });
}
