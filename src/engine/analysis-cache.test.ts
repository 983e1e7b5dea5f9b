import type { Analysis } from './analysis.js';
import { AnalysisCache } from './analysis-cache.js';

const analysis = (bytes: number) =>
  ({
    source: { data: new Uint8Array(bytes), width: bytes, height: 1 },
    alpha: new Uint8Array(0),
    correction: new Int16Array(0),
  }) as unknown as Analysis; // the cache looks at the bytes alone

describe('the analysis cache', () => {
  test('lets the least recently used go first when its bytes pass the bound', () => {
    const cache = new AnalysisCache(100);
    cache.set('a', analysis(40));
    cache.set('b', analysis(40));
    cache.get('a');
    cache.set('c', analysis(40));
    expect([cache.get('a'), cache.get('b'), cache.get('c')].map(Boolean)).toEqual([true, false, true]);
  });

  test('counts an entry that is replaced or deleted no longer', () => {
    const cache = new AnalysisCache(100);
    for (let i = 0; i < 5; i++) cache.set('a', analysis(60));
    cache.set('b', analysis(40));
    expect([cache.get('a'), cache.get('b')].map(Boolean)).toEqual([true, true]);
    cache.delete('a');
    cache.set('c', analysis(60));
    expect([cache.get('b'), cache.get('c')].map(Boolean)).toEqual([true, true]);
  });

  test('does not take what is larger than itself', () => {
    const cache = new AnalysisCache(100);
    cache.set('a', analysis(40));
    cache.set('huge', analysis(101));
    expect([cache.get('a'), cache.get('huge')].map(Boolean)).toEqual([true, false]);
  });
});
