import { type Analysis, analysisBytes } from './analysis.js';

/** The least recently used analyses go first once their bytes pass the bound. */
export class AnalysisCache {
  private readonly entries = new Map<string, Analysis>();
  private bytes = 0;

  constructor(private readonly maxBytes: number) {}

  get(key: string): Analysis | undefined {
    const found = this.entries.get(key);
    if (!found) return undefined;
    this.entries.delete(key);
    this.entries.set(key, found);
    return found;
  }

  set(key: string, analysis: Analysis): void {
    this.delete(key);
    const size = analysisBytes(analysis);
    if (size > this.maxBytes) return;
    this.entries.set(key, analysis);
    this.bytes += size;
    for (const oldest of this.entries.keys()) {
      if (this.bytes <= this.maxBytes) break;
      this.delete(oldest);
    }
  }

  delete(key: string): void {
    const found = this.entries.get(key);
    if (!found) return;
    this.entries.delete(key);
    this.bytes -= analysisBytes(found);
  }
}
