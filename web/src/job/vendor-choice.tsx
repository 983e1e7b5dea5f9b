import { useDeferredValue } from 'react';
import { useQuery } from 'urql';
import { toApiError } from '../data/errors.ts';
import {
  type Operation,
  QuotedDocument,
  type QuotedOperationInput,
  type QuotedQuery,
  type VendorChoice,
} from '../data/generated.ts';
import { useServers } from '../data/use-servers.ts';
import type { Words } from '../i18n/en.ts';
import { useWords } from '../i18n/language.ts';
import { KindTag } from '../ui/badge.tsx';

type Quote = NonNullable<QuotedQuery['quote']>;

/** What it costs, and what of the wishes has no effect, before anything is sent. Nothing while there is nothing to ask for. */
export function useQuote(operation: QuotedOperationInput | undefined, vendor?: VendorChoice) {
  const deferred = useDeferredValue(JSON.stringify({ operation, vendor }));
  const input = JSON.parse(deferred);
  const [{ data, error }] = useQuery({
    query: QuotedDocument,
    variables: { input },
    // What is deferred is that of the render before: there may have been nothing to ask for yet.
    pause: !operation || !input.operation,
  });
  return { quote: data?.quote ?? undefined, error: error && toApiError(error) };
}

export function priceOf({ units, cost, sandbox }: Quote, { job, codes }: Words): string {
  if (units === 0) return job.who.free;
  const price = sandbox ? codes.kind.SANDBOX : cost === null ? job.who.noPrice : `¥${cost}`;
  return `${job.who.units(units)} · ${price}`;
}

export function noEffectOf({ ignoredOptions }: Quote, { job, codes, comma }: Words): string | undefined {
  const names = ignoredOptions.map(path => codes.option[path.split('.').at(-1)!] ?? path);
  return names.length === 0 ? undefined : job.who.noEffect([...new Set(names)].join(comma));
}

export function VendorChoiceList(props: {
  operation: Operation;
  chosen: VendorChoice;
  onChoose: (vendor: VendorChoice) => void;
  quoteFor: (vendor: VendorChoice) => QuotedOperationInput | undefined;
}) {
  const { operation, chosen, onChoose, quoteFor } = props;
  const { job } = useWords();
  const servers = useServers(operation);
  return (
    <section className="sec">
      <div className="h">
        <h2 className="h3">{job.who.title}</h2>
        <span className="end xs dim">{job.who.quiet}</span>
      </div>
      <fieldset className="col">
        <legend className="sr">{job.who.title}</legend>
        {(['AUTO', ...servers.map(({ vendor }) => vendor)] as VendorChoice[]).map(vendor => (
          <Choice
            key={vendor}
            vendor={vendor}
            checked={chosen === vendor}
            onChoose={() => onChoose(vendor)}
            operation={quoteFor(vendor)}
          />
        ))}
      </fieldset>
    </section>
  );
}

function Choice(props: {
  vendor: VendorChoice;
  checked: boolean;
  onChoose: () => void;
  operation: QuotedOperationInput | undefined;
}) {
  const { vendor, checked, onChoose, operation } = props;
  const words = useWords();
  const { quote, error } = useQuote(operation, vendor);
  const names = words.codes.vendor;
  const name = vendor === 'AUTO' && quote ? words.job.who.to(names[quote.vendor] ?? quote.vendor) : names[vendor];
  const noEffect = quote && noEffectOf(quote, words);
  return (
    <label className="opt">
      <input type="radio" name="vendor" value={vendor} checked={checked} onChange={onChoose} />
      <span>
        <span className="row wrap">
          {name ?? vendor} {quote && <KindTag vendor={quote.vendor} sandbox={quote.sandbox} />}
        </span>
        {noEffect && <span className="block xs ask-text">{noEffect}</span>}
        {error && <span className="block xs bad-text">{error.userMessage ?? error.code}</span>}
        {quote?.affordable === false && <span className="block xs bad-text">{words.job.who.unaffordable}</span>}
      </span>
      <span className="num s price">{quote && priceOf(quote, words)}</span>
    </label>
  );
}
