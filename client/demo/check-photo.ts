import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ROOT } from '../../src/kernel/paths.js';
import type { DarkroomClient } from '../client.js';
import { CheckPhotoDocument, type CheckStage, FindSpecsDocument, type ReportFragment } from '../generated.js';
import { drawReport } from './report-picture.js';

type Check = ReportFragment['checks'][number];

const MARKS = { PASS: '✓', ADVICE: '!', FAIL: '✗', NOT_JUDGED: '?' } as const;
const UNITS: Partial<Record<Check['unit'], string>> = {
  PX: ' px',
  DPI: ' dpi',
  BYTES: ' bytes',
  PERCENT: ' %',
  BITS: ' bits',
  DEGREES: '°',
};

/** Prints the report of a photo as a table, and draws it into out/. */
export async function checkPhoto(
  client: DarkroomClient,
  photo: { name: string; bytes: Buffer },
  search: string,
  stage: CheckStage,
): Promise<void> {
  const { specs } = await client.request(FindSpecsDocument, { search, first: 1 });
  const spec = specs?.nodes[0];
  if (spec === undefined) throw new Error(`no spec is found for ${search}; try 一寸, 护照, 295x413 or jiazhao`);
  const input = { photo: { upload: new Blob([photo.bytes]) }, specId: spec.id, stage };
  const { task } = await client.mutate(CheckPhotoDocument, { input });
  const ended = await client.finish(task.id);
  if (!('report' in ended) || ended.report === null) throw new Error('the task has no report');
  const { report, source } = ended;
  console.log(`${spec.title}, as ${stage === 'SOURCE' ? 'a source' : 'a finished photo'}: ${report.verdict}\n`);
  for (const check of report.checks) console.log(lineOf(check));
  if (source?.url == null) return;
  const folder = path.join(ROOT, 'out');
  await mkdir(folder, { recursive: true });
  const file = path.join(folder, `${photo.name}-${spec.id}-check.svg`);
  await writeFile(file, drawReport(report, Buffer.from(await client.download(source.url)), source.mime));
  console.log(`\n${path.relative(process.cwd(), file)}`);
}

function lineOf({ code, name, verdict, measured, found, min, max, unit, source, ruleId, hint }: Check): string {
  const told = (value: number) =>
    `${Number.isInteger(value) ? value : Number(value.toPrecision(3))}${UNITS[unit] ?? ''}`;
  const has = measured === null ? (found ?? '') : told(measured);
  const asked =
    min !== null && min === max ? told(min) : [min, max].map(end => (end === null ? '' : told(end))).join(' … ');
  const limits = min === null && max === null ? '' : asked.trim();
  const columns = [
    `${name} (${code})`.padEnd(46),
    has.padEnd(18),
    limits.padEnd(24),
    (ruleId ?? source.toLowerCase()).padEnd(26),
  ];
  return `${MARKS[verdict]} ${columns.join(' ')} ${hint ?? ''}`.trimEnd();
}
