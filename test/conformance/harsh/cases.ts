import type { RemoteVendor } from '../flows.js';
import { plainAddresses } from './addresses.js';
import type { HarshCase } from './case.js';
import { downloads, never, partial } from './downloads.js';
import { forms } from './forms.js';
import { face, idPhoto, type Line, painting, picture, previews, release, restoration } from './lines.js';
import { meanings } from './meanings.js';
import { html } from './replies.js';

const LINES: readonly Line[] = [idPhoto(), previews(), release(), painting(), restoration(), face()];

/** Every harsh answer of every vendor. */
function all(): HarshCase[] {
  return [
    ...LINES.flatMap(line => [line.submit, ...line.asks].flatMap(call => forms(line, call))),
    ...LINES.filter(({ pictures }) => pictures.length > 0).flatMap(downloads),
    ...[idPhoto(), release(), painting(), restoration()].flatMap(line => [...never(line), ...plainAddresses(line)]),
    partial(painting(6), ['2'], 'corrupt', ({ photo }) => picture(photo.subarray(0, 2_000))),
    partial(painting(6), ['0'], '404', () => html(404)),
    partial(painting(6), ['0', '5'], 'a page', () => html()),
    partial(painting(2), ['1'], '403', () => html(403)),
    partial(release(), ['clean-sheet-0'], 'corrupt', ({ photo }) => picture(photo.subarray(0, 2_000))),
    partial(release(), ['clean-sheet-0'], '404', () => html(404)),
    partial(release(), ['clean-0'], '404', () => html(404)),
    partial(previews(), ['sheet-0'], 'corrupt', ({ photo }) => picture(photo.subarray(0, 2_000))),
    ...meanings(),
  ];
}

/** By vendor, in the order of the printed columns. */
export function harshCases(vendor: RemoteVendor): HarshCase[] {
  return all().filter(({ line }) => line.vendor === vendor);
}
