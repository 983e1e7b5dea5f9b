import { useWords } from '../i18n/language.ts';
import { Icon } from './icon.tsx';
import { toast } from './toast.tsx';

export function CopyButton({ text, label, quiet = false }: { text: string; label?: string; quiet?: boolean }) {
  const { copy, copied } = useWords();
  const write = () => void navigator.clipboard.writeText(text).then(() => toast(copied));
  return (
    <button
      type="button"
      className={quiet ? 'btn ghost sm icon' : 'btn'}
      onClick={write}
      aria-label={quiet ? (label ?? copy) : undefined}
    >
      <Icon name="copy" />
      {!quiet && (label ?? copy)}
    </button>
  );
}
