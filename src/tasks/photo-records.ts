import { newId } from '../kernel/ids.js';
import type { Sql } from '../store/database.js';
import { insertPhoto, setReleased } from '../store/photo-rows.js';
import type { KeptPicture, Task, TaskResult } from './task.js';

/** Written with the success of a task: the photos that it made, or the clean ones that it bought. */
export async function recordPhotos(sql: Sql, task: Task, result: TaskResult): Promise<void> {
  const byIndex = new Map<number, Map<string, KeptPicture>>();
  for (const picture of result.pictures) {
    const index = picture.index ?? 0;
    byIndex.set(index, (byIndex.get(index) ?? new Map()).set(picture.role, picture));
  }
  for (const [index, pictures] of byIndex) {
    const assetOf = (role: KeptPicture['role']) => pictures.get(role)?.assetId ?? null;
    if (task.operation === 'ID_PHOTO') {
      const first =
        [...pictures.values()].find(({ vendorRef }) => vendorRef !== undefined) ?? [...pictures.values()][0]!;
      await insertPhoto(sql, {
        id: newId('photo'),
        tenantId: task.tenantId,
        taskId: task.id,
        index,
        source: task.source,
        measured: pictures.get('CLEAN')?.measured ?? null,
        previewAssetId: assetOf('PREVIEW'),
        sheetPreviewAssetId: assetOf('SHEET_PREVIEW'),
        cleanAssetId: assetOf('CLEAN'),
        sheetAssetId: assetOf('SHEET'),
        vendorRef: first.vendorRef ?? null,
        releaseUntil: first.releaseUntil === undefined ? null : new Date(first.releaseUntil),
      });
    } else if (task.operation === 'RELEASE') {
      await setReleased(sql, task.input.photos[index]!.photoId, {
        cleanAssetId: assetOf('CLEAN')!,
        sheetAssetId: assetOf('SHEET'),
      });
    }
  }
}
