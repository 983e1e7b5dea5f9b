import type { AllKeysQuery } from '../data/generated.ts';

export type Key = NonNullable<AllKeysQuery['apiKeys']>[number];

/** `PHOTOS_CREATE` is the scope `photos:create`. */
export const scopeName = (scope: string) => scope.toLowerCase().replace('_', ':');
