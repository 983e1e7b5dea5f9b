import { isIP } from 'node:net';
import type { Capability, DataSource, JobContext, Operation, SecretsOf } from '../../../datasources/contract.js';
import type { AssetService } from '../../assets/asset-service.js';
import { DarkroomError } from '../../kernel/errors.js';
import { isPublicAddress } from '../../net/address-policy.js';
import type { PersonalData } from '../../sealing/personal-data.js';
import type { Task } from '../../store/task.js';

/** Makes a photo small enough for a vendor. The engine's part. Throws CANNOT_FIT. */
export interface Fitter {
  fit(
    bytes: Uint8Array,
    limits: { maxSide?: number; maxBytes?: number },
    signal?: AbortSignal,
  ): Promise<{ bytes: Uint8Array }>;
}

export interface JobContextParts {
  assets: AssetService;
  fitter: Fitter;
  personal: PersonalData;
  /** A signed link to an asset: under the public URL, or under our own address for the sandbox, which runs beside us. */
  link(assetId: string, sandbox: boolean): string;
}

/** What a data source may ask of us while it works on one task: its own photos, and nothing else. */
export function createJobContext(
  parts: JobContextParts,
  task: Task,
  source: DataSource,
  capability: Capability<Operation>,
  signal: AbortSignal,
  tell: Pick<JobContext, 'report' | 'sent'>,
): JobContext {
  const photo = async (id: string) => {
    const bytes = await parts.assets.bytesOf(task.tenantId, id);
    return capability.photoLimits === undefined
      ? bytes
      : (await parts.fitter.fit(bytes, capability.photoLimits, signal)).bytes;
  };
  return {
    signal,
    ...tell,
    photo,
    original: async id => {
      if (source.inProcess !== true)
        throw new DarkroomError('INTERNAL', 'An original leaves this server for no vendor.');
      return parts.assets.originalOf(task.tenantId, id);
    },
    photoUrl: async id => {
      const linkOf = (asset: string) => parts.link(asset, source.sandbox);
      // A vendor out there cannot reach an address of this machine or network; one that stands there itself can.
      if (isPrivate(linkOf(id)) && !source.origins.some(isPrivate)) throw new DarkroomError('PUBLIC_URL_NEEDED');
      // A vendor that fetches the photo gets one that fits as well: as an asset of its own, which ends as inputs do.
      if (capability.photoLimits === undefined) return linkOf(id);
      return linkOf(await parts.assets.storeReduced(task.tenantId, id, await photo(id)));
    },
    open: async <O extends Operation>() => (await parts.personal.open(task)) as SecretsOf<O>,
  };
}

/** By its address, or by a name that means one. */
function isPrivate(url: string): boolean {
  const host = new URL(url).hostname.replace(/^\[|\]$/g, '');
  return isIP(host) === 0 ? /^localhost$|\.(local|localhost|internal|lan)$/.test(host) : !isPublicAddress(host);
}
