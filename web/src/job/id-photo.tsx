import { useEffect, useMemo, useState } from 'react';
import { useQuery } from 'urql';
import { tellRequest } from '../app/graphql-drawer.tsx';
import { AllColorsDocument, MakeIdPhotoDocument, SpecDetailDocument } from '../data/generated.ts';
import { isOver, linkOf, type TaskOf } from '../data/use-task.ts';
import { useWords } from '../i18n/language.ts';
import { toast } from '../ui/toast.tsx';
import { BeforeAfter } from './before-after.tsx';
import { ChecksPanel } from './checks.tsx';
import { CropView, headOf, SourceCut } from './crop-view.tsx';
import { Failure } from './failure.tsx';
import { placeOf } from './head-place.ts';
import type { Photo } from './made-photo.ts';
import { MakeBar } from './make-bar.tsx';
import { Progress } from './progress.tsx';
import { Result } from './result.tsx';
import { SpecCard } from './spec-card.tsx';
import { numberOf } from './spec-facts.tsx';
import { Stage } from './stage.tsx';
import { Swatches } from './swatches.tsx';
import { Tune } from './tune.tsx';
import { type Checks, failuresOf, useChecks } from './use-checks.ts';
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
  const checks = useChecks(asset, wish);
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
        overlay={slot.photo && <Crop url={slot.photo.url} wish={wish} spec={spec} checks={checks} />}
        result={made && <Made task={made} url={slot.photo?.url} checks={checks} shown={shown} />}
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
          checks={checks}
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

function Made(props: {
  task: TaskOf<'IdPhotoTask'>;
  url: string | undefined;
  checks: Checks;
  shown: string | undefined;
}) {
  const { task, url, checks, shown } = props;
  const { job } = useWords();
  const photo = task.photos.find(({ id }) => id === shown) ?? task.photos[0];
  const picture = photo?.clean ?? photo?.preview;
  const link = linkOf(picture);
  if (!photo || !picture || link === undefined) return null;
  return (
    <>
      <div className="view">
        <BeforeAfter
          before={url && <Before url={url} checks={checks} photo={photo} ratio={picture.widthPx / picture.heightPx} />}
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

/** In the place of the made photo where both were measured; else the whole source. */
function Before(props: { url: string; checks: Checks; photo: Photo; ratio: number }) {
  const { url, checks, photo, ratio } = props;
  const { result } = useWords().job;
  // A photo without edits has no cut-out, and was not turned.
  const head = headOf(checks.located, photo.matteQuality !== null);
  if (!head || !checks.located || !photo.geometry) return <img src={url} alt={result.before} />;
  const { headRatio, topMargin } = photo.geometry;
  return (
    <SourceCut
      url={url}
      report={checks.located}
      head={head}
      ratio={ratio}
      headRatio={headRatio}
      topMargin={topMargin}
    />
  );
}

interface SettingsProps {
  readonly wish: Wish;
  readonly change: (next: Partial<Wish>) => void;
  readonly onSpec: (spec: Spec) => void;
  readonly spec: Spec | undefined;
  readonly run: Run;
  readonly ready: boolean;
  readonly checks: Checks;
  readonly onMake: () => void;
  readonly onAnother: () => void;
}

function Settings(props: SettingsProps) {
  const { wish, change, onSpec, spec, run, ready, checks, onMake, onAnother } = props;
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
      <ChecksPanel report={checks.source} running={checks.running} />
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
        anyway={failuresOf(checks.source) > 0 ? { label: job.anyway(countOf(wish)), onAnother } : undefined}
      />
    </div>
  );
}

/** The photo alone, until it is known where its head lies. */
function Crop(props: { url: string; wish: Wish; spec: Spec | undefined; checks: Checks }) {
  const { url, wish, spec, checks } = props;
  const { job } = useWords();
  // Where the document forbids edits and no background is chosen, nothing is turned.
  const isUnedited = !wish.custom && spec?.editing === 'NONE' && wish.backgrounds.length === 0;
  const head = headOf(checks.located, !isUnedited);
  if (head === undefined || checks.located === undefined || (spec === undefined && !wish.custom))
    return <img src={url} alt={job.photo} />;
  const wanted = spec ? placeOf(spec) : {};
  const { widthPx, heightPx, widthMm, heightMm } = wish.custom ?? {};
  const ratio = wish.custom
    ? Number(widthMm ?? widthPx) / Number(heightMm ?? heightPx)
    : (spec?.widthPx ?? 1) / (spec?.heightPx ?? 1);
  return (
    <CropView
      url={url}
      report={checks.located}
      head={head}
      ratio={ratio}
      headRatio={wish.headRatio ?? wanted.head ?? 0.62}
      topMargin={wish.topMargin ?? wanted.top ?? 0.085}
      band={wish.custom ? undefined : numberOf(spec, 'HEAD_HEIGHT')}
    />
  );
}

function Backgrounds({ wish, change, spec }: Pick<SettingsProps, 'wish' | 'change' | 'spec'>) {
  const { job } = useWords();
  const [{ data }] = useQuery({ query: AllColorsDocument });
  const sold = new Set((wish.custom ? undefined : spec)?.backgrounds.map(({ id }) => id));
  const colors = data?.colors?.filter(({ id }) => sold.size === 0 || sold.has(id));
  return (
    <section className="sec">
      <div className="h">
        <h2 className="h3">{job.background.title}</h2>
        <span className="end xs dim">{job.background.chosen(wish.backgrounds.length)}</span>
      </div>
      <Swatches
        colors={wish.custom || spec ? colors : undefined}
        chosen={wish.backgrounds}
        onChange={backgrounds => change({ backgrounds })}
      />
    </section>
  );
}
