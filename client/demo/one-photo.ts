import type { DarkroomClient } from '../client.js';
import { CreateIdPhotoDocument, FindSpecsDocument } from '../generated.js';
import { progressBar, save } from './follow.js';

/** One portrait, one spec, one photo a colour. */
export async function makeIdPhotos(
  client: DarkroomClient,
  photo: { name: string; bytes: Buffer },
  search: string,
  colors: string[],
): Promise<void> {
  const specs = (await client.request(FindSpecsDocument, { search, first: 1 })).specs!;
  const spec = specs.nodes[0];
  if (spec === undefined) throw new Error(`no spec is found for ${search}; try 一寸, 护照, 295x413 or jiazhao`);
  const others = specs.totalCount - 1;
  console.log(
    `${spec.title}: ${spec.widthPx}x${spec.heightPx} px, ${spec.dpi} dpi${others > 0 ? ` (and ${others} more for ${search})` : ''}`,
  );

  const started = performance.now();
  const { task } = await client.mutate(CreateIdPhotoDocument, {
    input: {
      photo: { upload: new Blob([photo.bytes]) },
      specId: spec.id,
      backgrounds: colors.map(color => ({ color })),
    },
  });
  const ended = await client.finish(task.id, progressBar());
  console.log(`done in ${((performance.now() - started) / 1_000).toFixed(1)} s`);
  if (!('photos' in ended)) return;
  for (const [index, made] of ended.photos.entries()) {
    const color = colors[index]!.replace('#', '');
    const line = await save(client, made.clean ?? made.preview!, `${photo.name}-${spec.id}-${color}`);
    const matte = made.matteQuality === null ? '' : `  matte ${made.matteQuality.toFixed(2)}`;
    console.log(`${line}${matte}${made.warnings.map(warning => `  ${warning}`).join('')}`);
  }
}
