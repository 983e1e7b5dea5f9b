import { type ReactNode, useEffect } from 'react';
import { tellRequest } from '../app/graphql-drawer.tsx';
import type { Operation, QuotedOperationInput, Text, VendorChoice } from '../data/generated.ts';
import { isOver, linkOf, type Task } from '../data/use-task.ts';
import { useWords } from '../i18n/language.ts';
import { KindTag, StateBadge } from '../ui/badge.tsx';
import { Icon } from '../ui/icon.tsx';
import { BeforeAfter } from './before-after.tsx';
import { Failure } from './failure.tsx';
import { MakeBar } from './make-bar.tsx';
import { Progress } from './progress.tsx';
import { Stage } from './stage.tsx';
import type { PhotoSlot } from './use-photo.ts';
import { newKey, type Run } from './use-run.ts';
import { useQuote, VendorChoiceList } from './vendor-choice.tsx';

interface Picture {
  readonly url: string | null;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly mime: string;
}

type MakeText = Text<Record<string, { id: string } | null>, { input: never }>;

/** The frame of every job but the ID photo: a photo on the table, a form beside it, one result. */
export function SimpleJob(props: {
  operation: Operation;
  slot: PhotoSlot | undefined;
  run: Run;
  form: ReactNode;
  document: unknown;
  /** Without its idempotency key; undefined while something is missing. */
  input: object | undefined;
  /** Undefined while there is nothing to quote. */
  quote: QuotedOperationInput | undefined;
  vendor?: { chosen: VendorChoice; onChoose: (vendor: VendorChoice) => void } | undefined;
  /** Who does it, where nobody is to be chosen. */
  by?: VendorChoice;
  label: string;
  missing: string;
  /** Shown on the table where the job takes no photo. */
  empty?: string;
  picturesOf: (task: Task) => readonly (Picture | null)[];
  outcome?: (task: Task) => ReactNode;
}) {
  const { operation, slot, run, form, document, input, quote: quoted, vendor, by, label, missing, picturesOf } = props;
  const { task } = run;
  const { quote, error } = useQuote(quoted, by ?? vendor?.chosen);
  const shown = JSON.stringify(input ?? {});
  useEffect(() => tellRequest({ document, variables: { input: JSON.parse(shown) } }), [document, shown]);
  const done = task?.state === 'SUCCEEDED' ? task : undefined;
  const pictures = done ? picturesOf(done).filter(picture => picture !== null) : [];
  const replace = () => {
    slot?.clear();
    run.reset();
  };
  const make = () => run.start(document as MakeText, { input: { ...input, idempotencyKey: newKey() } as never });
  return (
    <div className="job">
      {slot ? (
        <Stage
          slot={slot}
          onReplace={replace}
          locked={run.running}
          result={pictures[0] && <Compared before={slot.photo?.url} after={pictures[0]} />}
        />
      ) : (
        <Table empty={props.empty ?? ''} picture={pictures[0]} />
      )}
      {run.running ? (
        <Progress task={task} onCancel={run.cancel} />
      ) : done ? (
        <Done task={done} pictures={pictures} onNext={replace}>
          {props.outcome?.(done)}
        </Done>
      ) : task && (isOver(task) || task.state === 'NEEDS_REVIEW') ? (
        <Failure task={task} onAnother={replace} />
      ) : (
        <div className="card">
          {form}
          {vendor && <VendorChoiceList operation={operation} {...vendor} quoteFor={() => quoted} />}
          <MakeBar
            quote={quote}
            label={label}
            missing={input === undefined ? missing : undefined}
            onMake={make}
            error={run.error ?? error}
          />
        </div>
      )}
    </div>
  );
}

function Compared({ before, after }: { before: string | undefined; after: Picture }) {
  const { job } = useWords();
  return (
    <>
      <div className="view">
        <BeforeAfter
          before={before && <img src={before} alt={job.result.before} />}
          after={linkOf(after) ?? ''}
          ratio={after.widthPx / after.heightPx}
        />
      </div>
      <div className="barb">
        <span className="num grow">
          {after.widthPx} × {after.heightPx} px
        </span>
      </div>
    </>
  );
}

function Table({ empty, picture }: { empty: string; picture: Picture | undefined }) {
  if (picture) return <div className="stage">{<Compared before={undefined} after={picture} />}</div>;
  return (
    <div className="stage">
      <div className="view">
        <div className="drop">
          <p className="muted">{empty}</p>
        </div>
      </div>
    </div>
  );
}

function Done(props: { task: Task; pictures: readonly Picture[]; onNext: () => void; children: ReactNode }) {
  const { task, pictures, onNext, children } = props;
  const { job, codes } = useWords();
  return (
    <div className="card">
      <div className="sec col">
        <div className="h">
          <StateBadge state={task.state} />
          <KindTag vendor={task.vendor} sandbox={task.sandbox} />
        </div>
        {children}
        {task.warnings.map(warning => (
          <p className="s warn" key={warning}>
            {codes.warning[warning] ?? warning}
          </p>
        ))}
        {pictures.map(picture => (
          <a
            className="btn"
            key={picture.url}
            href={linkOf(picture)}
            download={`${task.operation.toLowerCase()}.${picture.mime === 'image/png' ? 'png' : 'jpg'}`}
          >
            <Icon name="download" />
            {job.result.download}
          </a>
        ))}
      </div>
      <div className="go-bar">
        <button type="button" className="btn pri big" onClick={onNext}>
          <Icon name="next" large />
          {job.result.next}
        </button>
      </div>
    </div>
  );
}
