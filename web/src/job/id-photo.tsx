import { useEffect, useMemo, useState } from 'react';
import { useQuery } from 'urql';
import { tellRequest } from '../app/graphql-drawer.tsx';
import { AllColorsDocument, MakeIdPhotoDocument, SpecDetailDocument } from '../data/generated.ts';
import { isOver, linkOf, type TaskOf } from '../data/use-task.ts';
import { useWords } from '../i18n/language.ts';
import { toast } from '../ui/toast.tsx';
import { BeforeAfter } from './before-after.tsx';
import { Failure } from './failure.tsx';
import { MakeBar } from './make-bar.tsx';
import { Progress } from './progress.tsx';
import { Result } from './result.tsx';
import { placeOf, SpecCard } from './spec-card.tsx';
import { Stage } from './stage.tsx';
import { Swatches } from './swatches.tsx';
import { Tune } from './tune.tsx';
import { usePhoto } from './use-photo.ts';
import { newKey, type Run, useRun } from './use-run.ts';
import { useQuote, VendorChoiceList } from './vendor-choice.tsx';
import { countOf, FIRST_WISH, keepsBackground, optionsOf, type Spec, type Wish, withSpec } from './wish.ts';

/** The wish outlives the page: whoever comes back from the tasks goes on with the same settings. */
let kept: Wish = FIRST_WISH;

export function IdPhotoJob() {
  const [wish, setWish] = useState(kept);
  const slot = usePhoto();
  const run = useRun();
  const [{ data }] = useQuery({ query: SpecDetailDocument, variables: { id: wish.specId } });
  const spec = data?.spec ?? undefined;
  const change = (next: Partial<Wish>) => setWish(known => ({ ...known, ...next }));
  useEffect(() => {
    kept = wish;
  }, [wish]);
  const asset = slot.photo?.asset?.id;
  const input = useMemo(() => ({ ...optionsOf(wish), photo: { assetId: asset ?? '' } }), [wish, asset]);
  useEffect(() => tellRequest({ document: MakeIdPhotoDocument, variables: { input } }), [input]);
  const replace = () => {
    slot.clear();
    run.reset();
  };
  const made = run.task?.__typename === 'IdPhotoTask' && run.task.state === 'SUCCEEDED' ? run.task : undefined;
  const [shown, setShown] = useState<string>();
  return (
    <div className="job">
      <Stage
        slot={slot}
        onReplace={replace}
        locked={run.running}
        result={made && <Made task={made} before={slot.photo?.url} shown={shown} />}
        tune={
          <Tune
            head={wish.headRatio}
            top={wish.topMargin}
            wanted={spec ? placeOf(spec) : {}}
            locked={run.running}
            onChange={change}
          />
        }
      />
      {made ? (
        <Finished task={made} shown={shown} onShow={setShown} onNext={replace} />
      ) : (
        <Settings
          wish={wish}
          change={change}
          onSpec={next => setWish(known => withSpec(known, next, keepsBackground(next)))}
          spec={spec}
          run={run}
          ready={asset !== undefined}
          onMake={() => run.start(MakeIdPhotoDocument, { input: { ...input, idempotencyKey: newKey() } })}
          onAnother={replace}
        />
      )}
    </div>
  );
}

function Finished(props: {
  task: TaskOf<'IdPhotoTask'>;
  shown: string | undefined;
  onShow: (id: string) => void;
  onNext: () => void;
}) {
  const { job } = useWords();
  const [{ data }] = useQuery({ query: AllColorsDocument });
  const next = () => {
    props.onNext();
    toast(job.result.kept);
  };
  return <Result {...props} colors={data?.colors ?? []} onNext={next} />;
}

function Made(props: { task: TaskOf<'IdPhotoTask'>; before: string | undefined; shown: string | undefined }) {
  const { task, before, shown } = props;
  const { job } = useWords();
  const photo = task.photos.find(({ id }) => id === shown) ?? task.photos[0];
  const picture = photo?.clean ?? photo?.preview;
  const link = linkOf(picture);
  if (!photo || !picture || link === undefined) return null;
  return (
    <>
      <div className="view">
        <BeforeAfter
          before={before}
          after={link}
          ratio={picture.widthPx / picture.heightPx}
          preview={photo.clean === null}
        />
      </div>
      <div className="barb">
        <span className="num grow">
          {photo.widthPx} × {photo.heightPx} px · {photo.dpi} dpi
        </span>
        <span className="hide-s">{job.result.drag}</span>
      </div>
    </>
  );
}

interface SettingsProps {
  readonly wish: Wish;
  readonly change: (next: Partial<Wish>) => void;
  readonly onSpec: (spec: Spec) => void;
  readonly spec: Spec | undefined;
  readonly run: Run;
  readonly ready: boolean;
  readonly onMake: () => void;
  readonly onAnother: () => void;
}

function Settings(props: SettingsProps) {
  const { wish, change, onSpec, spec, run, ready, onMake, onAnother } = props;
  const { job } = useWords();
  const { quote, error } = useQuote({ idPhoto: optionsOf(wish) });
  const { task } = run;
  if (run.running) return <Progress task={task} onCancel={run.cancel} />;
  if (task && (isOver(task) || task.state === 'NEEDS_REVIEW')) return <Failure task={task} onAnother={onAnother} />;
  const needsBackground = wish.backgrounds.length === 0 && !keepsBackground(spec) && !wish.custom;
  const missing = !ready ? job.first : needsBackground ? job.chooseBackground : undefined;
  return (
    <div className="card">
      <SpecCard spec={spec} wish={wish} onChoose={onSpec} onCustom={custom => change({ custom })} />
      <Backgrounds wish={wish} change={change} spec={spec} />
      <VendorChoiceList
        operation="ID_PHOTO"
        chosen={wish.vendor}
        onChoose={vendor => change({ vendor })}
        quoteFor={vendor => ({ idPhoto: optionsOf({ ...wish, vendor }) })}
      />
      <section className="sec col">
        <label className="f">
          {job.reference}
          <input
            type="text"
            maxLength={128}
            value={wish.reference}
            onChange={({ target }) => change({ reference: target.value })}
          />
        </label>
        <label className="ck">
          <input type="checkbox" checked={wish.later} onChange={({ target }) => change({ later: target.checked })} />
          <span>{job.who.later}</span>
        </label>
      </section>
      <MakeBar
        quote={quote}
        label={job.make(countOf(wish))}
        missing={missing}
        onMake={onMake}
        error={run.error ?? error}
      />
    </div>
  );
}

function Backgrounds({ wish, change, spec }: Pick<SettingsProps, 'wish' | 'change' | 'spec'>) {
  const { job } = useWords();
  const [{ data }] = useQuery({ query: AllColorsDocument });
  const sold = new Set((wish.custom ? undefined : spec)?.backgrounds.map(({ id }) => id));
  const colors = (data?.colors ?? []).filter(({ id }) => sold.size === 0 || sold.has(id));
  return (
    <section className="sec">
      <div className="h">
        <h2 className="h3">{job.background.title}</h2>
        <span className="end xs dim">{job.background.chosen(wish.backgrounds.length)}</span>
      </div>
      <Swatches colors={colors} chosen={wish.backgrounds} onChange={backgrounds => change({ backgrounds })} />
    </section>
  );
}
