import { useQuery } from 'urql';
import { AllBudgetsDocument, type AllBudgetsQuery } from '../data/generated.ts';
import { useWords } from '../i18n/language.ts';
import { Icon } from '../ui/icon.tsx';

type Budget = NonNullable<AllBudgetsQuery['viewer']>['budgets'][number];

const NEARLY = 0.9;

export function Budgets() {
  const { admin } = useWords();
  const [{ data }] = useQuery({ query: AllBudgetsDocument });
  const budgets = data?.viewer?.budgets ?? [];
  return (
    <section className="card">
      <header>
        <h2>{admin.usage.budgets}</h2>
      </header>
      <div className="in stack">
        {budgets.length === 0 && <p className="muted">{admin.usage.noBudgets}</p>}
        {budgets.map(budget => (
          <BudgetLine budget={budget} key={budget.id} />
        ))}
      </div>
    </section>
  );
}

function BudgetLine({ budget }: { budget: Budget }) {
  const { admin, codes } = useWords();
  const { vendor, label, apiKeyId, per, cost, units, takenCost, takenUnits } = budget;
  const [taken, most] = cost === null ? [takenUnits, units ?? 0] : [Number(takenCost), Number(cost)];
  const share = most === 0 ? 1 : taken / most;
  const sign = cost === null ? '' : '¥';
  const name = [vendor && (codes.vendor[vendor] ?? vendor), label, apiKeyId].filter(Boolean).join(' · ');
  return (
    <div className="col">
      <div className="row s">
        <span>
          {name || admin.usage.TOTAL} <span className="dim">{admin.usage[per]}</span>
        </span>
        {share >= 1 ? (
          <span className="tag bad">
            <Icon name="ban" />
            {admin.usage.stopped}
          </span>
        ) : (
          share >= NEARLY && (
            <span className="tag ask">
              <Icon name="ask" />
              {admin.usage.nearly}
            </span>
          )
        )}
        <span className="end num">
          {sign}
          {taken}{' '}
          <span className="dim">
            {admin.usage.of} {most}
          </span>
        </span>
      </div>
      <meter
        className={share >= 1 ? 'bad' : share >= NEARLY ? 'low' : ''}
        min={0}
        max={most}
        value={taken}
        aria-label={name}
      />
    </div>
  );
}
