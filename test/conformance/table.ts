interface Tally {
  tried: number;
  failed: number;
}

/** A row for each kind of trial and a column for each vendor; below, what is wrong in full. */
export class Table {
  private readonly columns = new Map<string, Map<string, Tally>>();
  private readonly reasons: string[] = [];
  private readonly started = performance.now();

  constructor(
    private readonly title: string,
    private readonly rows: readonly string[],
  ) {}

  get failed(): boolean {
    return this.reasons.length > 0;
  }

  /** @param wrong what is not as it should be, a line each */
  add(column: string, row: string, detail: string, wrong: readonly string[]): void {
    const rows = this.columns.get(column) ?? new Map<string, Tally>();
    this.columns.set(column, rows);
    const { tried, failed } = rows.get(row) ?? { tried: 0, failed: 0 };
    rows.set(row, { tried: tried + 1, failed: failed + (wrong.length > 0 ? 1 : 0) });
    if (wrong.length > 0) this.reasons.push(`${column} ${row}: ${detail}`, ...wrong.map(line => `    ${line}`));
  }

  /** What is wrong with a vendor as a whole. */
  blame(reasons: readonly string[]): void {
    this.reasons.push(...reasons);
  }

  toString(): string {
    const head = [this.title, ...this.columns.keys()];
    const rows = this.rows.map(name => [name, ...[...this.columns.values()].map(column => text(column.get(name)))]);
    const widths = head.map((_, index) => Math.max(...[head, ...rows].map(row => row[index]!.length)));
    const lines = [head, ...rows].map(row =>
      row
        .map((word, index) => word.padEnd(widths[index]!))
        .join('  ')
        .trimEnd(),
    );
    const tallies = [...this.columns.values()].flatMap(column => [...column.values()]);
    const tried = tallies.reduce((sum, each) => sum + each.tried, 0);
    const failed = tallies.reduce((sum, each) => sum + each.failed, 0);
    const seconds = Math.round((performance.now() - this.started) / 1_000);
    const verdict = this.failed ? `${failed} failed:\n${this.reasons.join('\n')}` : 'every one ok';
    return `${lines.join('\n')}\n\n${tried} trials in ${seconds} s; ${verdict}\n`;
  }
}

/** `-`: the vendor has nothing of the kind. */
function text(tally: Tally | undefined): string {
  if (tally === undefined) return '-';
  return tally.failed === 0 ? `ok ${tally.tried}` : `FAIL ${tally.failed} of ${tally.tried}`;
}
