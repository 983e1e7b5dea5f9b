import { pinyin, polyphonic } from 'pinyin-pro';
import { specs } from './catalogue.js';
import published from './published-ids.json';
import { rows } from './rows.js';
import { sameSpecKey, specId } from './spec-id.js';

const read = (han: string) => pinyin(han, { toneType: 'none', type: 'array' });

/** The `pinyin` column as the library gives it: the reading in context, then the other readings of the character. */
function readTitle(title: string): string {
  const text = title.normalize('NFKC').toLowerCase();
  const inContext = pinyin(text, { toneType: 'none', type: 'array', nonZh: 'removed' });
  let next = 0;
  return (text.match(/\p{Script=Han}|[a-z0-9]+/gu) ?? [])
    .map(part => {
      if (/^[a-z0-9]/.test(part)) return part;
      const readings = [inContext[next++], ...polyphonic(part, { toneType: 'none', type: 'array' }).flat()];
      if (part === '陕') readings.push('shaan');
      return [...new Set(readings)].join('|');
    })
    .join(' ');
}

test('every committed id is what the rule makes of its row', () => {
  expect(rows.map(row => [row.row, row.id])).toEqual(rows.map(row => [row.row, specId(row, read)]));
});

test('every committed reading is what the library gives', () => {
  expect(rows.map(row => [row.title, row.pinyin])).toEqual(rows.map(row => [row.title, readTitle(row.title)]));
});

test('rows have one id exactly if they say the same', () => {
  const idOf = new Map(rows.map(row => [sameSpecKey(row), row.id]));
  expect(rows.map(row => idOf.get(sameSpecKey(row)))).toEqual(rows.map(row => row.id));
  expect(new Set(idOf.values()).size).toBe(idOf.size);
});

test('ids are ASCII, short and unlike each other', () => {
  const ids = specs.list.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids) expect(id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*-\d+x\d+(-\d+dpi)?(-(\d+|min|max)-\d+kb)?$/);
  expect(Math.max(...ids.map(id => id.length))).toBeLessThan(80);
});

// An id is API: callers keep it in their configuration. This list only grows.
test('every published id still means the same px and dpi, and every id is published', () => {
  const now = Object.fromEntries(
    specs.list.map(({ id, widthPx, heightPx, dpi }) => [id, `${widthPx}x${heightPx} ${dpi}`]),
  );
  expect(now).toEqual(published);
});

test('山西 and 陕西, which read alike, have ids that differ in more than the size', () => {
  expect(specs.byId('shan-xi-gong-wu-yuan-kao-shi-295x413')?.title).toBe('山西公务员考试');
  expect(specs.byId('shaanxi-gong-wu-yuan-kao-shi-413x531')?.title).toBe('陕西公务员考试');
});
