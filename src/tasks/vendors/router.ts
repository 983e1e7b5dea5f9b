import {
  type Capability,
  type DataSource,
  type Jobs,
  type Operation,
  type SourceKey,
  sourceKey,
  type VendorName,
} from '../../../datasources/contract.js';
import { DarkroomError, type FieldError } from '../../kernel/errors.js';

/** AUTO, one vendor by name, or whoever the sandbox plays. */
export type VendorChoice = 'AUTO' | 'SANDBOX' | VendorName;

export interface Route {
  /** Who may serve it, in order. The next one takes over only while nobody can have been charged. */
  sources: SourceKey[];
  ignored: string[];
  units: number;
}

export interface RouterParts {
  /** In the order of the registry: the vendors, then LOCAL; the sandbox after them. */
  sources: readonly DataSource[];
  /** The operator's own order for AUTO, by operation. */
  order: Partial<Record<Operation, readonly VendorName[]>>;
  /** False while a vendor is known to be down or used up. */
  healthy(source: SourceKey): boolean;
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
}

interface Candidate<O extends Operation> {
  source: DataSource;
  capability: Capability<O>;
}

/** Decides who serves a job, before anything is kept or paid. */
export class Router {
  constructor(private readonly parts: RouterParts) {}

  /**
   * AUTO takes the first healthy configured vendor that can do all of the job, then LOCAL. The sandbox serves AUTO only
   * where there is nobody else, and takes over from nobody.
   * Throws VENDOR_NOT_CONFIGURED, or OPTION_NOT_SUPPORTED with the fields that stand in the way.
   */
  route<O extends Operation>(wish: Wish<O>): Route {
    const candidates = this.candidates(wish);
    if (candidates.length === 0) throw notConfigured(wish, this.isSimulated(wish.operation));
    const fits = candidates.map(candidate => {
      const { refused, ignored } = candidate.capability.fit(wish.job);
      return { ...candidate, refused, ignored: ignored.filter(path => !wish.defaulted?.includes(path)) };
    });
    const fitting = fits.filter(({ refused }) => refused.length === 0);
    if (fitting.length === 0) throw unsupported(fits[0]!.refused);
    const healthy = fitting.filter(({ source }) => this.parts.healthy(sourceKey(source)));
    const [first, ...others] = healthy.length > 0 ? healthy : fitting;
    // A vendor that ignores an option which the first one honours would silently give another result.
    const equal = others.filter(({ ignored }) => ignored.every(path => first!.ignored.includes(path)));
    const chosen = first!.source.sandbox ? [first!] : [first!, ...equal];
    return {
      sources: chosen.map(({ source }) => sourceKey(source)),
      ignored: first!.ignored,
      units: first!.capability.units(wish.job),
    };
  }

  private candidates<O extends Operation>({ operation, vendor, sandboxByNameOnly }: Wish<O>): Candidate<O>[] {
    const able = this.parts.sources.flatMap(source => {
      const capability = source.capabilities[operation] as Capability<O> | undefined;
      return capability === undefined ? [] : [{ source, capability }];
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

  private isSimulated(operation: Operation): boolean {
    return this.parts.sources.some(source => source.sandbox && source.capabilities[operation] !== undefined);
  }

  private inOrder<O extends Operation>(candidates: Candidate<O>[], operation: O): Candidate<O>[] {
    const order = this.parts.order[operation];
    if (order === undefined) return candidates;
    const place = ({ source }: Candidate<O>) => order.indexOf(source.vendor);
    return candidates.filter(candidate => place(candidate) >= 0).sort((a, b) => place(a) - place(b));
  }
}

function notConfigured(
  { operation, vendor, sandboxByNameOnly }: Pick<Wish<Operation>, 'operation' | 'vendor' | 'sandboxByNameOnly'>,
  simulated: boolean,
): DarkroomError {
  const who = vendor === 'AUTO' ? 'No vendor' : vendor;
  const hint =
    sandboxByNameOnly && simulated
      ? ' To try it without a vendor, ask for `vendor: SANDBOX`; its outcome is SIMULATED.'
      : '';
  return new DarkroomError(
    'VENDOR_NOT_CONFIGURED',
    `${who} is configured for ${operation}; see the query \`vendors\`.${hint}`,
    [
      {
        path: 'input.vendor',
        code: 'NOT_CONFIGURED',
        allowed: 'a vendor that the query `vendors` lists as configured for this operation',
      },
    ],
  );
}

function unsupported(refused: readonly FieldError[]): DarkroomError {
  const told = refused.map(({ path, allowed }) => `${path}: ${allowed}`).join('; ');
  return new DarkroomError('OPTION_NOT_SUPPORTED', `The vendor cannot honour this request: ${told}`, refused);
}
