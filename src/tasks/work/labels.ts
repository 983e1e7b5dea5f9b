import type { DataSource, MadePicture } from '../../../datasources/contract.js';
import type { AssetService } from '../../assets/asset-service.js';
import { type AigcLabel, distinctLabels, newAigcLabel, propagatedLabel } from '../../kernel/aigc.js';
import type { AssetRow } from '../../store/asset-rows.js';
import type { Database } from '../../store/database.js';
import type { Task } from '../../store/task.js';
import { type OperationTable, rulesOf } from './operation-rules.js';

/** Who makes a picture, as far as its labels say. */
export type Maker = Pick<DataSource, 'vendor' | 'sandbox' | 'producer'>;

export interface LabelParts {
  database: Database;
  assets: Pick<AssetService, 'find'>;
  operations: OperationTable;
  /** Who hands pictures on: the operator's name or code. Undefined where it has not said it. */
  aigcProvider?: string | undefined;
  /** Pictures that were repaired, enlarged or coloured are labelled, too. */
  labelEdits?: boolean;
}

/**
 * Which labels of generated content a picture has to carry, and whether a mark has to be drawn into it: those of what it
 * was made from, as they are; those that its vendor gave it, with us as the one who hands it on; and one that names its
 * maker, where it was generated and its vendor gave it none. The mark of a vendor that labels is the vendor's own.
 */
export async function labelsOf(
  parts: LabelParts,
  task: Task,
  picture: MadePicture,
  /** The photos of the task. */
  inputs: readonly AssetRow[],
  given: readonly AigcLabel[],
  maker: Maker,
): Promise<{ labels: AigcLabel[]; mark: boolean }> {
  const { aigcProvider: propagator } = parts;
  const rules = rulesOf(parts.operations, task);
  const propagation = propagator === undefined ? undefined : { propagator, id: task.id };
  const ofSources = await sourceLabels(parts, task, picture, inputs);
  const generated = picture.aiLabel === true && given.length === 0;
  const edited = (rules.edits ?? false) && (parts.labelEdits ?? false) && ofSources.length + given.length === 0;
  const own = generated || edited ? [newAigcLabel(nameOf(maker, propagator), picture.contentId ?? task.id)] : given;
  return {
    labels: distinctLabels([...ofSources, ...own.map(label => propagatedLabel(label, propagation))]),
    mark: generated && !(rules.withoutMark?.(task.input) ?? false),
  };
}

/** What LOCAL makes is the operator's. */
function nameOf({ vendor, sandbox, producer }: Maker, operator: string | undefined): string {
  if (sandbox) return `Darkroom sandbox (${vendor})`;
  return producer ?? (vendor === 'LOCAL' ? operator : undefined) ?? vendor;
}

async function sourceLabels(
  parts: LabelParts,
  task: Task,
  picture: MadePicture,
  inputs: readonly AssetRow[],
): Promise<AigcLabel[]> {
  const { database, assets, operations } = parts;
  const madeFrom = await rulesOf(operations, task).madeFrom?.(database, task, picture);
  const ids = madeFrom ?? task.inputAssets;
  const rows = madeFrom === undefined ? inputs : await assets.find(task.tenantId, madeFrom);
  return ids.flatMap(id => rows.find(row => row.id === id)?.aigc ?? []);
}
