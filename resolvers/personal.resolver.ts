import { Arg, Authorized, Ctx, ID, Mutation, Query, Resolver } from 'type-graphql';
import { readSourceKey } from '../datasources/contract.js';
import { DeletedTask, ErasureReceipt, ReceiptCheck } from '../schema/erasure.type.js';
import { type LedgerEntry, PersonExport } from '../schema/person.type.js';
import type { AssetLinks } from '../src/assets/links.js';
import { badInput } from '../src/kernel/errors.js';
import { LIMITS } from '../src/kernel/limits.js';
import type { SigningKeys } from '../src/kernel/signer.js';
import type { Consents } from '../src/personal/consents.js';
import type { Erasure, SignedReceipt } from '../src/personal/erasure.js';
import type { PersonExporter } from '../src/personal/person-export.js';
import { readReceipt } from '../src/personal/receipt.js';
import type { LedgerRow } from '../src/store/erasure-rows.js';
import { toAsset } from './asset.map.js';
import { toAuditEntry } from './audit.resolver.js';
import { toPhotoLink } from './browser-token.resolver.js';
import type { Context } from './context.js';
import { toTask } from './operations.js';

function toReceipt(receipt: SignedReceipt): ErasureReceipt {
  const { id, issuedAt, cause, tasks, assets, canceled, notErased, complete, jws } = receipt;
  const vendors = receipt.vendors.map(({ lastCallAt, holds, ...vendor }) => ({
    ...vendor,
    lastCallAt: new Date(lastCallAt),
    holds: holds.map(({ until, ...held }) => ({ ...held, until: until === null ? null : new Date(until) })),
  }));
  return {
    id,
    issuedAt: new Date(issuedAt),
    cause,
    taskIds: tasks,
    assetIds: assets,
    canceledTaskIds: canceled,
    notErased,
    vendors,
    complete,
    jws,
  };
}

function toLedgerEntry({ source, ...entry }: LedgerRow): LedgerEntry {
  return { ...entry, ...readSourceKey(source) };
}

/** Of a reference in an argument, which nobody has checked yet. */
function checkReference(reference: string, path: string, most: number): string {
  if (reference.length > 2 * most || reference.trim() === '') throw badInput(path, 'LENGTH', `1 to ${most} characters`);
  return reference;
}

export interface PersonalParts {
  erasure: Erasure;
  consents: Consents;
  exporter: PersonExporter;
  signing: SigningKeys;
  links: AssetLinks;
}

@Resolver()
export class PersonalResolver {
  constructor(private readonly parts: PersonalParts) {}

  @Authorized('tasks:manage')
  @Mutation(() => DeletedTask, {
    description:
      'Erases an ended task with its results, and its photo if no other task needs it. What it cost stays in the ledger, and what was done in the audit trail, without personal data. Error NOT_ENDED: cancel or resolve it first.',
  })
  async deleteTask(
    @Arg('id', () => ID, { description: 'The id of a task.' }) id: string,
    @Ctx() { tenantId, actor }: Context,
  ): Promise<DeletedTask> {
    return { id, receipt: toReceipt(await this.parts.erasure.deleteTask(tenantId, id, actor)) };
  }

  @Authorized('persons:manage')
  @Mutation(() => ErasureReceipt, {
    description:
      'Erases every task of one reference with photos and results, and what was made of them. Tasks that have not ended are canceled first; what a vendor was asked for already stays booked.',
  })
  async erase(
    @Arg('reference', () => String, { description: 'The `reference` that the tasks were made with.' })
    reference: string,
    @Ctx() { tenantId, actor }: Context,
  ): Promise<ErasureReceipt> {
    checkReference(reference, 'reference', LIMITS.task.referenceChars);
    return toReceipt(await this.parts.erasure.eraseReference(tenantId, reference, actor));
  }

  @Authorized('persons:manage')
  @Mutation(() => ErasureReceipt, {
    description:
      'Takes a consent back: what runs under it is canceled, and photos, results and sealed data are erased at once. Exactly one of `taskId` and `reference`; after the latter nothing more can be made under it (CONSENT_WITHDRAWN).',
  })
  async withdrawConsent(
    @Arg('taskId', () => ID, { nullable: true, description: 'The consent of this task alone.' })
    taskId: string | undefined,
    @Arg('reference', () => String, { nullable: true, description: 'Everything under this `reference` of a consent.' })
    reference: string | undefined,
    @Ctx() { tenantId, actor }: Context,
  ): Promise<ErasureReceipt> {
    if ((taskId == null) === (reference == null)) throw badInput('taskId', 'EXACTLY_ONE', 'taskId or reference');
    const which =
      taskId != null
        ? { taskId }
        : { reference: checkReference(reference!, 'reference', LIMITS.task.consentChars).trim() };
    return toReceipt(await this.parts.consents.withdraw(tenantId, which, actor));
  }

  @Authorized('persons:manage')
  @Query(() => PersonExport, {
    description: 'What is kept of one person: of the tasks with this reference, and of what was made of them.',
  })
  async exportPerson(
    @Arg('reference', () => String, { description: 'The `reference` that the tasks were made with.' })
    reference: string,
    @Ctx() context: Context,
  ): Promise<PersonExport> {
    const { tenantId, actor, language } = context;
    checkReference(reference, 'reference', LIMITS.task.referenceChars);
    const found = await this.parts.exporter.export(tenantId, reference, actor);
    return {
      ...found,
      tasks: found.tasks.map(task => toTask(task, language)),
      photoLinks: found.photoLinks.map(link => toPhotoLink(link, context)),
      assets: found.assets.map(row => toAsset(row, this.parts.links)),
      ledger: found.ledger.map(toLedgerEntry),
      audit: found.audit.map(toAuditEntry),
    };
  }

  @Authorized('persons:manage')
  @Query(() => ReceiptCheck, { description: 'Whether this server has signed a receipt.' })
  verifyReceipt(
    @Arg('jws', () => String, { description: 'The `jws` of a receipt.' }) jws: string,
    @Ctx() { tenantId }: Context,
  ): ReceiptCheck {
    if (jws.length > LIMITS.erasure.receiptChars) throw badInput('jws', 'LENGTH', 'the `jws` of a receipt');
    const receipt = readReceipt(this.parts.signing.all, jws);
    // A receipt of another tenant is none of this one.
    const valid = receipt?.tenantId === tenantId;
    return { valid, content: valid ? JSON.stringify(receipt) : null };
  }

  @Authorized('persons:manage')
  @Query(() => String, {
    description:
      'The public key of the receipts and of the audit trail, as a JWK (RFC 8037). It changes with DARKROOM_SECRET; receipts of before still verify here.',
  })
  receiptKey(): string {
    return JSON.stringify(this.parts.signing.present.publicJwk);
  }
}
