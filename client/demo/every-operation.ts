import type { DarkroomClient } from '../client.js';
import {
  ChangeBackgroundDocument,
  CheckPhotoDocument,
  CreateIdPhotoDocument,
  CreatePrintSheetDocument,
  type CreatePrintSheetInput,
  FindVendorsDocument,
  GeneratePaintingDocument,
  type PhotoRelease,
  type PictureFragment,
  ReleasePhotosDocument,
  RestorePhotoDocument,
  type TaskFieldsFragment,
  UploadPhotoDocument,
  type VendorChoice,
  VerifyFaceDocument,
} from '../generated.js';
import { save } from './follow.js';

const SPEC = 'yi-cun-295x413';
/** Nobody's: born in 1900, and the checksum is worked out. */
const NOBODY = { name: '测试', idNumber: '110101190001010006' };

/** Every operation to its end, local and by name at each vendor: for real where keys are set, else in the sandbox. */
export async function runEveryOperation(client: DarkroomClient, portrait: Buffer): Promise<void> {
  const { vendors } = await client.request(FindVendorsDocument, {});
  const configured = (name: string) =>
    vendors!.some(({ vendor, sandbox, operations }) => vendor === name && !sandbox && operations.length > 0);
  const { uploadPhoto } = await client.mutate(UploadPhotoDocument, { file: new Blob([portrait]) });
  const photo = { assetId: uploadPhoto.id };
  const run = new Run(client);

  const idPhoto = (vendor: VendorChoice, colors: string[], release: PhotoRelease | null = null) =>
    run.step(`${release === 'LATER' ? 'preview' : 'id-photo'} ${vendor}`, () =>
      client.mutate(CreateIdPhotoDocument, {
        input: { photo, specId: SPEC, vendor, backgrounds: colors.map(color => ({ color })), release },
      }),
    );
  const release = async (vendor: VendorChoice, previews: TaskFieldsFragment | undefined) => {
    const photoIds = previews && 'photos' in previews ? previews.photos.map(({ id }) => id) : [];
    await run.step(`release ${vendor}`, () =>
      client.mutate(ReleasePhotosDocument, { input: { photoIds, reference: 'demo order' } }),
    );
  };
  const local = await idPhoto('LOCAL', ['blue']);
  const [made] = local && 'photos' in local ? local.photos : [];
  if (made !== undefined) {
    const sheet = (name: string, input: CreatePrintSheetInput) =>
      run.step(`print-sheet-${name} LOCAL`, () => client.mutate(CreatePrintSheetDocument, { input }));
    for (const count of [8, 10]) await sheet(String(count), { items: [{ photoId: made.id, count }] });
    await sheet('a4', { paper: 'A4', cropLines: 'MARKS', items: [{ photoId: made.id }] });
  }
  await run.step('check LOCAL', () => client.mutate(CheckPhotoDocument, { input: { photo, specId: SPEC } }));
  await release('LOCAL', await idPhoto('LOCAL', ['red'], 'LATER'));
  for (const vendor of ['LOCAL', 'FANGTANG'] as const) {
    for (const steps of ['SR', 'SR_REPAIR', 'SR_REPAIR_COLOR'] as const) {
      if (vendor === 'LOCAL' && steps === 'SR_REPAIR_COLOR') continue;
      await run.step(`restore-${steps.toLowerCase()} ${vendor}`, () =>
        client.mutate(RestorePhotoDocument, { input: { photo, steps, vendor } }),
      );
    }
    await run.step(`background ${vendor}`, () =>
      client.mutate(ChangeBackgroundDocument, { input: { photo, background: { color: 'white' }, vendor } }),
    );
  }
  await idPhoto('JUMEI_ID_PHOTO', ['blue', 'white']);
  await release('LEQI', await idPhoto('LEQI', ['blue', 'red']));
  await run.step('painting JUMEI_PAINTING', () =>
    client.mutate(GeneratePaintingDocument, {
      input: {
        text: '山间的小屋，清晨的薄雾',
        style: 'WATERCOLOR',
        resolution: 'SQUARE',
        count: 2,
        vendor: 'JUMEI_PAINTING',
      },
    }),
  );
  await run.step('verify-face FEGINE', () =>
    client.mutate(VerifyFaceDocument, {
      input: {
        ...NOBODY,
        photo,
        consent: { reference: 'demo', purpose: '演示', noticeVersion: 'demo' },
        vendor: configured('FEGINE') ? 'FEGINE' : 'SANDBOX',
      },
    }),
  );
  run.conclude();
}

/** Steps one after the other: each prints its line, and a failure does not stop the others. */
class Run {
  private failures = 0;

  constructor(private readonly client: DarkroomClient) {}

  async step(
    name: string,
    request: () => Promise<{ task: TaskFieldsFragment }>,
  ): Promise<TaskFieldsFragment | undefined> {
    const started = performance.now();
    try {
      const { task } = await request();
      const ended = await this.client.finish(task.id);
      const seconds = `${((performance.now() - started) / 1_000).toFixed(1)} s`;
      const notes = [
        ended.sandbox ? 'sandbox' : '',
        ...ended.warnings,
        'outcome' in ended ? `outcome ${ended.outcome}` : '',
      ].filter(Boolean);
      const files: string[] = [];
      for (const [role, picture] of picturesOf(ended))
        files.push(await save(this.client, picture, `${name.replace(' ', '-').toLowerCase()}${role}`));
      console.log(`ok    ${name.padEnd(34)} ${seconds.padStart(7)}  ${[...notes, ...files].join('\n'.padEnd(52))}`);
      return ended;
    } catch (error) {
      this.failures += 1;
      console.log(`FAIL  ${name.padEnd(34)} ${error instanceof Error ? error.message : String(error)}`);
      return undefined;
    }
  }

  conclude(): void {
    console.log(this.failures === 0 ? 'Every operation came to its end.' : `${this.failures} failed.`);
    if (this.failures > 0) process.exitCode = 1;
  }
}

function picturesOf(task: TaskFieldsFragment): [string, PictureFragment][] {
  const all: [string, PictureFragment | null][] = [];
  if ('image' in task) all.push(['', task.image]);
  if ('images' in task) for (const [index, image] of task.images.entries()) all.push([`-${index + 1}`, image]);
  if ('count' in task) all.push(['', task.sheet]);
  if ('photos' in task) {
    for (const { background, clean, preview, sheet, sheetPreview } of task.photos) {
      const color = background.hex?.replace('#', '-') ?? '-transparent';
      all.push(
        [color, clean],
        [`${color}-preview`, clean ? null : preview],
        [`${color}-sheet`, sheet],
        [`${color}-sheet-preview`, sheet ? null : sheetPreview],
      );
    }
  }
  return all.filter((entry): entry is [string, PictureFragment] => entry[1] !== null);
}
