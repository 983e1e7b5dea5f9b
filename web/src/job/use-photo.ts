import { useCallback, useEffect, useRef, useState } from 'react';
import { ApiError } from '../data/errors.ts';
import { type UploadedPhoto, uploadPhoto } from '../data/upload.ts';

/** A photo that was chosen: shown from memory at once, then sent once, and named by its id in whatever is made of it. */
export interface ChosenPhoto {
  readonly name: string;
  /** Of the file in memory. */
  readonly url: string;
  /** 0 to 1. */
  readonly sent: number;
  /** Set once the server has it. */
  readonly asset: UploadedPhoto | undefined;
  /** The server refused it. */
  readonly error: ApiError | undefined;
}

export interface PhotoSlot {
  readonly photo: ChosenPhoto | undefined;
  choose(file: File): void;
  clear(): void;
}

export function usePhoto(): PhotoSlot {
  const [photo, setPhoto] = useState<ChosenPhoto>();
  const sending = useRef<AbortController>(undefined);
  const clear = useCallback(() => {
    sending.current?.abort();
    setPhoto(undefined);
  }, []);
  const choose = useCallback((file: File) => {
    sending.current?.abort();
    const aborted = new AbortController();
    sending.current = aborted;
    const url = URL.createObjectURL(file);
    const change = (next: Partial<ChosenPhoto>) => {
      if (!aborted.signal.aborted) setPhoto(known => (known?.url === url ? { ...known, ...next } : known));
    };
    setPhoto({ name: file.name, url, sent: 0, asset: undefined, error: undefined });
    uploadPhoto(file, sent => change({ sent }), aborted.signal).then(
      asset => change({ sent: 1, asset }),
      error => change({ error: error instanceof ApiError ? error : ApiError.network(String(error)) }),
    );
  }, []);
  const url = photo?.url;
  useEffect(() => (url === undefined ? undefined : () => URL.revokeObjectURL(url)), [url]);
  return { photo, choose, clear };
}

/** A photo that is pasted anywhere on the page, unless somebody is typing. */
export function usePaste(choose: (file: File) => void): void {
  useEffect(() => {
    const onPaste = ({ clipboardData }: ClipboardEvent) => {
      const file = [...(clipboardData?.files ?? [])].find(({ type }) => type.startsWith('image/'));
      if (file) choose(file);
    };
    addEventListener('paste', onPaste);
    return () => removeEventListener('paste', onPaste);
  }, [choose]);
}
