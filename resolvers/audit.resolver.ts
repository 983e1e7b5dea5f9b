import { Arg, Authorized, Ctx, Int, Query, Resolver } from 'type-graphql';
import { AuditCheck, AuditConnection, type AuditEntry } from '../schema/audit.type.js';
import { AuditFilterInput } from '../schema/audit-filter.input.js';
import { connectionOf } from '../schema/node.type.js';
import type { TokenIssuer } from '../src/access/token-issuer.js';
import type { AuditAct } from '../src/audit/acts.js';
import type { Audit } from '../src/audit/audit.js';
import { readKnownHead, writeKnownHead } from '../src/audit/verify-audit.js';
import { badInput } from '../src/kernel/errors.js';
import type { ChainedAuditRow } from '../src/store/audit-rows.js';
import type { Context } from './context.js';
import { givenFilter } from './given.js';
import { pageSize } from './page.js';

export function toAuditEntry(row: ChainedAuditRow): AuditEntry {
  return { ...row, act: row.act as AuditAct };
}

/** The number of the last entry that was seen. */
function readCursor(cursor: string): number {
  const number = cursor.length < 40 ? Number(Buffer.from(cursor, 'base64url').toString('latin1')) : Number.NaN;
  if (!Number.isSafeInteger(number) || number < 1) throw badInput('after', 'CURSOR', 'a cursor of this list');
  return number;
}

@Resolver()
export class AuditResolver {
  constructor(
    private readonly audit: Audit,
    private readonly issuer: TokenIssuer | undefined,
  ) {}

  @Authorized('audit:read')
  @Query(() => AuditConnection, {
    description: 'Who did what, about whom, when; newest first. `npm run audit -- verify` proves that it is whole.',
  })
  async auditTrail(
    @Arg('filter', () => AuditFilterInput, { nullable: true, description: 'Which entries; all if not given.' })
    filter: AuditFilterInput | undefined,
    @Arg('first', () => Int, { nullable: true, description: 'How many: 1 to 200, default 50.' })
    first: number | undefined,
    @Arg('after', () => String, { nullable: true, description: 'Only what comes after this cursor.' })
    after: string | undefined,
    @Ctx() { tenantId }: Context,
  ): Promise<AuditConnection> {
    const size = pageSize(first);
    const before = after == null ? undefined : readCursor(after);
    const { actorId, actorSubject, ...asked } = givenFilter(filter);
    const actorIds = actorSubject === undefined ? actorId && [actorId] : this.idsOf(actorSubject);
    const rows = await this.audit.trail(tenantId, actorIds ? { ...asked, actorIds } : asked, size + 1, before);
    const edges = rows.slice(0, size).map(row => ({
      cursor: Buffer.from(String(row.number)).toString('base64url'),
      node: toAuditEntry(row),
    }));
    return connectionOf(edges, rows.length > size);
  }

  @Authorized('audit:read')
  @Query(() => AuditCheck, {
    description:
      'Walks the audit trail of the tenant and says whether it holds, as `npm run audit -- verify` does beside a stopped server.',
  })
  async auditCheck(
    @Arg('expect', () => [String], {
      nullable: true,
      description: 'Ends of the trail that were written down earlier: they have to be in it still.',
    })
    expect: string[] | undefined,
    @Ctx() { tenantId }: Context,
  ): Promise<AuditCheck> {
    const known = (expect ?? []).map((end, index) => {
      const head = readKnownHead(end);
      if (head === undefined || head.tenantId !== tenantId)
        throw badInput(`expect.${index}`, 'PATTERN', 'the `end` of an earlier check of this tenant');
      return head;
    });
    const { entries, anchor, head, breaks } = await this.audit.verify(tenantId, known);
    return {
      holds: breaks.length === 0,
      breaks,
      entries,
      removed: anchor,
      end: writeKnownHead({ tenantId, ...head }),
    };
  }

  private idsOf(subject: string): string[] {
    if (this.issuer === undefined)
      throw badInput('filter.actorSubject', 'NO_ISSUER', 'nothing: this server takes no JWTs (DARKROOM_JWT_ISSUER)');
    return this.issuer.idsOf(subject);
  }
}
