import {
  type Capability,
  type DataSource,
  type Jobs,
  type Operation,
  readSourceKey,
  type SourceKey,
  sourceKey,
  type VendorName,
} from '../../../datasources/contract.js';
import { DarkroomError, type FieldError } from '../../kernel/errors.js';
import { type Charge, chargeOf, type UnitPrices } from './charges.js';

/** AUTO, one vendor by name, or whoever the sandbox plays. */
export type VendorChoice = 'AUTO' | 'SANDBOX' | VendorName;

export interface Route {
  /** Who may serve it, in order. The next one takes over only while nobody can have been charged. */
  sources: SourceKey[];
  ignored: string[];
  units: number;
  /** What it may come to at each of them. */
  charges: Charge[];
}

export interface RouterParts {
  /** In the order of the registry: the vendors, then LOCAL; the sandbox after them. */
  sources: readonly DataSource[];
  /** The operator's own order for AUTO, by operation. */
  order: Partial<Record<Operation, readonly VendorName[]>>;
  /** False while a vendor is known to be down or used up. */
  healthy(source: SourceKey): boolean;
  prices: UnitPrices;
}

/** What is to be routed. */
export interface Wish<O extends Operation> {
  operation: O;
  job: Jobs[O];
  vendor: VendorChoice;
  /** Paths of the input that the caller left to us: what is ignored of them is not missed. */
  defaulted?: readonly string[];
  /** True where the sandbox serves only who asks for it by `vendor: SANDBOX`: its answer must not be taken for a real one. */
  sandboxByNameOnly: boolean;
  /** Why nobody would pay that; undefined: it can be paid. */
  refusal?: Refusal | undefined;
}

/** What stands against a charge: a budget that is used up. */
export type Refusal = (charge: Charge) => DarkroomError | undefined;

interface Candidate<O extends Operation> {
  source: DataSource;
  capability: Capability<O>;
  charge: Charge;
}

/** Decides who serves a job, before anything is kept or paid. */
export class Router {
  constructor(private readonly parts: RouterParts) {}

  /**
   * AUTO takes the first healthy configured vendor that can do all of the job and that can be paid, then LOCAL. The sandbox
   * serves AUTO only where there is nobody else, and takes over from nobody.
   * Throws VENDOR_NOT_CONFIGURED, OPTION_NOT_SUPPORTED with the fields that stand in the way, or why it cannot be paid.
   */
  route<O extends Operation>(wish: Wish<O>): Route {
    const candidates = this.candidates(wish);
    if (candidates.length === 0) throw notConfigured(this.whyNobody(wish));
    const fits = candidates.map(candidate => {
      const { refused, ignored } = candidate.capability.fit(wish.job);
      return { ...candidate, refused, ignored: ignored.filter(path => !wish.defaulted?.includes(path)) };
    });
    const fitting = fits.filter(({ refused }) => refused.length === 0);
    if (fitting.length === 0) throw unsupported(fits[0]!.refused);
    const payable = fitting.filter(({ charge }) => wish.refusal?.(charge) === undefined);
    if (payable.length === 0) throw wish.refusal!(fitting[0]!.charge)!;
    const healthy = payable.filter(({ source }) => this.parts.healthy(sourceKey(source)));
    const [first, ...others] = healthy.length > 0 ? healthy : payable;
    // A vendor that ignores an option which the first one honours would silently give another result.
    const equal = others.filter(({ ignored }) => ignored.every(path => first!.ignored.includes(path)));
    const chosen = first!.source.sandbox ? [first!] : [first!, ...equal];
    return {
      sources: chosen.map(({ source }) => sourceKey(source)),
      ignored: first!.ignored,
      units: first!.capability.units(wish.job),
      charges: chosen.map(({ charge }) => charge),
    };
  }

  /**
   * The one source that can serve a job: a preview is sold by whoever made it. It is asked even while it is unhealthy.
   * Throws VENDOR_NOT_CONFIGURED where it is not there any more, or why it cannot be paid.
   */
  only<O extends Operation>(key: SourceKey, operation: O, job: Jobs[O], refusal?: Refusal): Route {
    const source = this.parts.sources.find(candidate => sourceKey(candidate) === key);
    const capability = source?.capabilities[operation] as Capability<O> | undefined;
    if (source === undefined || capability === undefined) {
      const { vendor, sandbox } = readSourceKey(key);
      throw notConfigured(
        `${sandbox ? `The sandbox, as ${vendor},` : vendor} has to serve this and is not there any more`,
      );
    }
    const charge = chargeOf(source, capability, job, this.parts.prices);
    const refused = refusal?.(charge);
    if (refused !== undefined) throw refused;
    return { sources: [key], ignored: [], units: capability.units(job), charges: [charge] };
  }

  private candidates<O extends Operation>({ operation, job, vendor, sandboxByNameOnly }: Wish<O>): Candidate<O>[] {
    const able = this.parts.sources.flatMap(source => {
      const capability = source.capabilities[operation] as Capability<O> | undefined;
      if (capability === undefined) return [];
      return [{ source, capability, charge: chargeOf(source, capability, job, this.parts.prices) }];
    });
    const simulated = able.filter(({ source }) => source.sandbox);
    if (vendor === 'SANDBOX') return simulated.slice(0, 1);
    const wanted =
      vendor === 'AUTO'
        ? able.filter(({ capability }) => capability.byNameOnly !== true)
        : able.filter(({ source }) => source.vendor === vendor);
    const real = wanted.filter(({ source }) => !source.sandbox);
    if (real.length === 0) return sandboxByNameOnly ? [] : wanted;
    return vendor === 'AUTO' ? this.inOrder(real, operation) : real;
  }

  private whyNobody({ operation, vendor, sandboxByNameOnly }: Wish<Operation>): string {
    const simulated = this.parts.sources.some(source => source.sandbox && source.capabilities[operation]);
    if (vendor === 'SANDBOX') return `The sandbox plays no vendor for ${operation}`;
    const isThere = this.parts.sources.some(source => source.vendor === vendor && !source.sandbox);
    const why =
      vendor === 'AUTO'
        ? `No vendor is configured for ${operation}`
        : isThere
          ? `${vendor} cannot do ${operation}`
          : `${vendor} is not configured for ${operation}`;
    const hint = 'to try it without a vendor, ask for `vendor: SANDBOX`, whose outcome is SIMULATED';
    return sandboxByNameOnly && simulated ? `${why}; ${hint}` : why;
  }

  private inOrder<O extends Operation>(candidates: Candidate<O>[], operation: O): Candidate<O>[] {
    const order = this.parts.order[operation];
    if (order === undefined) return candidates;
    const place = ({ source }: Candidate<O>) => order.indexOf(source.vendor);
    return candidates.filter(candidate => place(candidate) >= 0).sort((a, b) => place(a) - place(b));
  }
}

function notConfigured(why: string): DarkroomError {
  return new DarkroomError('VENDOR_NOT_CONFIGURED', `${why}; see the query \`vendors\`.`, [
    {
      path: 'input.vendor',
      code: 'NOT_CONFIGURED',
      allowed: 'a vendor that the query `vendors` lists with this operation',
    },
  ]);
}

function unsupported(refused: readonly FieldError[]): DarkroomError {
  const told = refused.map(({ path, allowed }) => `${path}: ${allowed}`).join('; ');
  return new DarkroomError('OPTION_NOT_SUPPORTED', `The vendor cannot honour this request: ${told}`, refused);
}
