import {
  Combobox,
  ComboboxItem,
  ComboboxList,
  ComboboxProvider,
  useComboboxStore,
  useStoreState,
} from '@ariakit/react';
import { useDeferredValue, useEffect, useState } from 'react';
import { useQuery } from 'urql';
import { FindSpecsDocument, type FindSpecsQuery, SpecDetailDocument } from '../data/generated.ts';
import { useLanguage, useWords } from '../i18n/language.ts';
import { Modal } from '../ui/dialog.tsx';
import { Icon } from '../ui/icon.tsx';
import { CustomSizeForm } from './custom-size.tsx';
import { placeOf } from './head-place.ts';
import { millimetresOf, Scale } from './scale.tsx';
import { kilobytesOf, SpecChips, SpecRules, titleOf } from './spec-facts.tsx';
import type { Spec, Wish } from './wish.ts';

type Line = NonNullable<FindSpecsQuery['specs']>['nodes'][number];

const SHOWN = 60;

export function SpecPicker(props: {
  chosen: string;
  onChoose: (spec: Spec) => void;
  onCustom: (size: NonNullable<Wish['custom']>) => void;
  onClose: () => void;
}) {
  const { chosen, onChoose, onCustom, onClose } = props;
  const { job } = useWords();
  const [custom, setCustom] = useState(false);
  const store = useComboboxStore({ open: true, defaultActiveId: undefined, setOpen: open => !open && onClose() });
  const search = useDeferredValue(useStoreState(store, 'value')).trim();
  const active = useStoreState(store, 'activeValue');
  const [{ data }] = useQuery({ query: FindSpecsDocument, variables: { search: search || null, first: SHOWN } });
  const lines = data?.specs?.nodes ?? [];
  const id = lines.some(line => line.id === active)
    ? active!
    : (lines.find(line => line.id === chosen) ?? lines[0])?.id;
  const [{ data: detail }] = useQuery({
    query: SpecDetailDocument,
    variables: { id: id ?? '' },
    pause: id === undefined,
  });
  const spec = detail?.spec ?? undefined;
  const use = () => spec && spec.id === id && onChoose(spec);
  if (custom) return <CustomSizeForm onUse={onCustom} onClose={() => setCustom(false)} />;
  return (
    <ComboboxProvider store={store}>
      <Modal
        title={job.spec.choose}
        kind="pick"
        onClose={onClose}
        header={<Search onUse={use} />}
        footer={
          <>
            <span className="xs dim grow" role="status">
              {data?.specs && (search ? job.spec.found(data.specs.totalCount) : job.spec.all(data.specs.totalCount))}
            </span>
            <button type="button" className="btn" onClick={() => setCustom(true)}>
              {job.spec.custom}
            </button>
            <button type="button" className="btn pri" onClick={use} disabled={!spec}>
              {job.spec.use}
            </button>
          </>
        }
      >
        <div className="pair-of">
          <Found lines={lines} search={search} chosen={id} onUse={use} />
          <div className="det">{spec && lines.length > 0 && <Detail spec={spec} />}</div>
        </div>
      </Modal>
    </ComboboxProvider>
  );
}

function Search({ onUse }: { onUse: () => void }) {
  const { job } = useWords();
  return (
    <div className="find grow">
      <Icon name="search" />
      <Combobox
        autoSelect
        autoFocus
        placeholder={job.spec.searchHint}
        aria-label={job.spec.search}
        className="field"
        onKeyDown={event => {
          if (event.key !== 'Enter') return;
          event.preventDefault();
          onUse();
        }}
      />
    </div>
  );
}

function Found({
  lines,
  search,
  chosen,
  onUse,
}: {
  lines: Line[];
  search: string;
  chosen: string | undefined;
  onUse: () => void;
}) {
  const { job } = useWords();
  const language = useLanguage();
  if (lines.length === 0 && search !== '')
    return (
      <div className="empty">
        <Icon name="search" />
        <h3>{job.spec.nothing}</h3>
        <p className="s">{job.spec.nothingHint}</p>
      </div>
    );
  return (
    <ComboboxList className="list" alwaysVisible aria-label={job.spec.title}>
      {lines.map(line => (
        <ComboboxItem
          key={line.id}
          value={line.id}
          className="option"
          data-chosen={line.id === chosen || undefined}
          focusOnHover={false}
          setValueOnClick={false}
          hideOnClick={false}
          onDoubleClick={onUse}
        >
          <Mini line={line} />
          <span>
            <Marked text={titleOf(line, language)} part={search} />
            <span className="block xs dim num">{sizesOf(line)}</span>
          </span>
          <span className="row dots">
            {line.backgrounds.slice(0, 4).map(color => (
              <Dot key={color.id} {...color} />
            ))}
          </span>
        </ComboboxItem>
      ))}
    </ComboboxList>
  );
}

function sizesOf(line: Line): string {
  const mm = line.widthMm === null ? '' : ` · ${line.widthMm} × ${line.heightMm} mm`;
  const kb = kilobytesOf(line);
  return `${line.widthPx} × ${line.heightPx} px${mm}${kb ? ` · ${kb}` : ''}`;
}

function Marked({ text, part }: { text: string; part: string }) {
  const at = part === '' ? -1 : text.toLowerCase().indexOf(part.toLowerCase());
  if (at < 0) return <b className="medium">{text}</b>;
  return (
    <b className="medium">
      {text.slice(0, at)}
      <mark>{text.slice(at, at + part.length)}</mark>
      {text.slice(at + part.length)}
    </b>
  );
}

function Mini({ line }: { line: Line }) {
  const [width, height] = millimetresOf(line);
  const scale = Math.min(32 / width, 38 / height, 0.75);
  return (
    <span className="mini" aria-hidden="true">
      <i style={{ width: width * scale, height: height * scale }} />
    </span>
  );
}

function Dot({ hex, hexEnd }: { hex: string; hexEnd: string | null }) {
  return <i className="dot-color" style={{ background: hexEnd ? `linear-gradient(${hex}, ${hexEnd})` : hex }} />;
}

function Detail({ spec }: { spec: Spec }) {
  const language = useLanguage();
  const [width, height, reckoned] = millimetresOf(spec);
  // The list beside it scrolls by itself; a new spec is read from its top.
  const [box, setBox] = useState<HTMLElement | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: with each other spec
  useEffect(() => {
    box?.parentElement?.scrollTo(0, 0);
  }, [spec.id, box]);
  return (
    <div className="col" ref={setBox}>
      <b className="spec-title">{titleOf(spec, language)}</b>
      <p className="s muted num">
        {spec.widthPx} × {spec.heightPx} px · {reckoned && '≈ '}
        {width} × {height} mm
      </p>
      <div className="hide-s">
        <Scale spec={spec} width={300} {...placeOf(spec)} />
      </div>
      <SpecChips spec={spec} />
      {spec.notes.map(note => (
        <p className="s warn" key={note}>
          {note}
        </p>
      ))}
      <SpecRules spec={spec} />
    </div>
  );
}
