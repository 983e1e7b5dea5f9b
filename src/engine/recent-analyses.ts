import type { Analysis } from './analysis.js';

const MOST = 2;
const KEPT_MS = 60_000;

/**
 * The analyses that a worker was last busy with: it made them, or a render brought them. The next spec or colour of the
 * photo needs no second copy, which would take as long as the drawing. Each goes a minute after its last use: the photo
 * may have been deleted.
 */
export class RecentAnalyses {
  private readonly kept = new Map<number, { analysis: Analysis; timer: NodeJS.Timeout }>();

  set(id: number, analysis: Analysis): void {
    this.drop(id);
    this.kept.set(id, { analysis, timer: setTimeout(() => this.drop(id), KEPT_MS).unref() });
    const [oldest] = this.kept.keys();
    if (this.kept.size > MOST) this.drop(oldest!);
  }

  get(id: number): Analysis | undefined {
    const found = this.kept.get(id);
    if (found) this.set(id, found.analysis);
    return found?.analysis;
  }

  private drop(id: number): void {
    clearTimeout(this.kept.get(id)?.timer);
    this.kept.delete(id);
  }
}
