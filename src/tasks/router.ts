import type { Capability, DataSource, Jobs, Operation, VendorName } from '../../datasources/contract.js';
import { DarkroomError, type FieldError } from '../kernel/errors.js';
import { sourceKey } from './task.js';

/** AUTO, one vendor by name, or whoever the sandbox plays. */
export type VendorChoice = 'AUTO' | 'SANDBOX' | VendorName;

export interface Route {
  /** Who may serve it, in order. The next one takes over only while nobody can have been charged. */
  sources: string[];
  ignored: string[];
  units: number;
}

export interface RouterParts {
  /** In the order of the registry: the vendors, then LOCAL; the sandbox after them. */
  sources: readonly DataSource[];
  /** The operator's own order for AUTO, by operation. */
  order: Partial<Record<Operation, readonly VendorName[]>>;
  /** False while a vendor is known to be down or used up. */
  healthy(source: string): boolean;
}

/** Decides who serves a job, before anything is kept or paid. */
export class Router {
  constructor(private readonly parts: RouterParts) {}

  /**
   * AUTO takes the first healthy configured vendor that can do all of it, then LOCAL. Leqi is never chosen by itself:
   * its previews change the flow. The sandbox serves AUTO only where there is nobody else, never after a failure of
   * somebody else, and never verifyFace, which reaches it by `vendor: SANDBOX` alone.
   * `defaulted` are paths of the input that the caller left to us.
   * Throws VENDOR_NOT_CONFIGURED, or OPTION_NOT_SUPPORTED with the fields that stand in the way.
   */
  route<O extends Operation>(
    operation: O,
    job: Jobs[O],
    choice: VendorChoice,
    defaulted: readonly string[] = [],
  ): Route {
    const able = this.parts.sources.filter(source => source.capabilities[operation] !== undefined);
    const candidates = choice === 'AUTO' ? this.automatic(able, operation) : byName(able, operation, choice);
    if (candidates.length === 0) throw notConfigured(operation, choice);
    const fits = candidates.map(source => {
      const { refused, ignored } = (source.capabilities[operation] as Capability<O>).fit(job);
      // What the caller did not write is not missed.
      return { source, refused, ignored: ignored.filter(path => !defaulted.includes(path)) };
    });
    const fitting = fits.filter(({ refused }) => refused.length === 0);
    if (fitting.length === 0) throw unsupported(fits[0]!.refused);
    const healthy = fitting.filter(({ source }) => this.parts.healthy(sourceKey(source)));
    const [first, ...others] = healthy.length > 0 ? healthy : fitting;
    // A vendor that ignores something the first one honours would silently give another result.
    const equal = others.filter(
      ({ source, ignored }) => !source.sandbox && ignored.every(path => first!.ignored.includes(path)),
    );
    const chosen = first!.source.sandbox ? [first!] : [first!, ...equal];
    return {
      sources: chosen.map(({ source }) => sourceKey(source)),
      ignored: first!.ignored,
      units: (first!.source.capabilities[operation] as Capability<O>).units(job),
    };
  }

  private automatic(able: readonly DataSource[], operation: Operation): DataSource[] {
    const order = this.parts.order[operation];
    const chosen = able.filter(({ vendor }) => vendor !== 'LEQI');
    const real = chosen.filter(({ sandbox }) => !sandbox);
    if (real.length === 0) return operation === 'FACE_VERIFICATION' ? [] : chosen;
    if (order === undefined) return real;
    return real
      .filter(({ vendor }) => order.includes(vendor))
      .sort((a, b) => order.indexOf(a.vendor) - order.indexOf(b.vendor));
  }
}

function byName(able: readonly DataSource[], operation: Operation, choice: VendorChoice): DataSource[] {
  if (choice === 'SANDBOX') return able.filter(({ sandbox }) => sandbox).slice(0, 1);
  const named = able.filter(({ vendor }) => vendor === choice);
  const real = named.filter(({ sandbox }) => !sandbox);
  if (real.length > 0) return real;
  return operation === 'FACE_VERIFICATION' ? [] : named;
}

function notConfigured(operation: Operation, choice: VendorChoice): DarkroomError {
  const who = choice === 'AUTO' ? 'No vendor' : choice;
  const hint =
    operation === 'FACE_VERIFICATION'
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
