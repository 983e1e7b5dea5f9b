import { useState } from 'react';
import { type ApiError, toApiError } from '../data/errors.ts';

/** Something that a button does, once at a time, with what the server said against it. */
export function useAct(): { busy: boolean; error: ApiError | undefined; act: (what: () => Promise<void>) => void } {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError>();
  const act = (what: () => Promise<void>) => {
    if (busy) return;
    setBusy(true);
    setError(undefined);
    what()
      .catch(caught => setError(toApiError(caught)))
      .finally(() => setBusy(false));
  };
  return { busy, error, act };
}
