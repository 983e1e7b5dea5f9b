import type { ApiError } from '../data/errors.ts';
import type { QuotedQuery } from '../data/generated.ts';
import { useWords } from '../i18n/language.ts';
import { KindTag } from '../ui/badge.tsx';
import { Icon } from '../ui/icon.tsx';
import { ErrorNote } from '../ui/states.tsx';
import { noEffectOf, priceOf } from './vendor-choice.tsx';

/** Money before the click, then the one button. Where a check fails, another photo leads. */
export function MakeBar(props: {
  quote: NonNullable<QuotedQuery['quote']> | undefined;
  label: string;
  /** Why it cannot be pressed. */
  missing: string | undefined;
  onMake: () => void;
  error: ApiError | undefined;
  /** Set where the checks advise against it. */
  anyway?: { label: string; onAnother: () => void } | undefined;
}) {
  const { quote, label, missing, onMake, error, anyway } = props;
  const words = useWords();
  const noEffect = quote && noEffectOf(quote, words);
  return (
    <div className="go-bar col">
      {quote && (
        <div className="ql">
          <b className="medium">{words.codes.vendor[quote.vendor] ?? quote.vendor}</b>
          <KindTag vendor={quote.vendor} sandbox={quote.sandbox} />
          <span className="end num">{priceOf(quote, words)}</span>
          {noEffect && <span className="xs ask-text wide">{noEffect}</span>}
        </div>
      )}
      {error && <ErrorNote error={error} />}
      {anyway && !missing ? (
        <>
          <button type="button" className="btn pri big" onClick={anyway.onAnother}>
            <Icon name="camera" large />
            {words.job.another}
          </button>
          <button type="button" className="btn" onClick={onMake} disabled={quote?.affordable === false}>
            {anyway.label}
          </button>
        </>
      ) : (
        <button
          type="button"
          className="btn pri big"
          onClick={onMake}
          disabled={missing !== undefined || quote?.affordable === false}
        >
          {missing ?? label}
        </button>
      )}
    </div>
  );
}
