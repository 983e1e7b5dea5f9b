import { LRUCache } from 'lru-cache';
import { type Analysis, analysisBytes } from './analysis.js';

/** The least recently used analyses go first once their bytes pass the bound. One that is larger is not kept. */
export class AnalysisCache extends LRUCache<string, Analysis> {
  constructor(maxBytes: number) {
    super({ maxSize: maxBytes, sizeCalculation: analysisBytes });
  }
}
