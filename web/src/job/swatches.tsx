import { useState } from 'react';
import type { BackgroundInput } from '../data/generated.ts';
import { useLanguage, useWords } from '../i18n/language.ts';
import { Icon } from '../ui/icon.tsx';
import { OwnBackground } from './own-background.tsx';
import { titleOf } from './spec-facts.tsx';
import { isSame, MOST_BACKGROUNDS } from './wish.ts';

export interface Color {
  readonly id: string;
  readonly title: string;
  readonly titleEn: string;
  readonly hex: string;
  readonly hexEnd: string | null;
}

const CHECKERS = 'repeating-conic-gradient(#bbb 0 25%, #fff 0 50%) 0 0 / 12px 12px';

export const fillOf = (hex: string, hexEnd?: string | null) => (hexEnd ? `linear-gradient(${hex}, ${hexEnd})` : hex);

/**
 * @param colors undefined while it is not known which ones there are
 * @param most one: choosing replaces; more: choosing adds and takes away
 */
export function Swatches(props: {
  colors: readonly Color[] | undefined;
  chosen: readonly BackgroundInput[];
  onChange: (chosen: BackgroundInput[]) => void;
  most?: number;
}) {
  const { colors, chosen, onChange, most = MOST_BACKGROUNDS } = props;
  const { job } = useWords();
  const language = useLanguage();
  const [own, setOwn] = useState(false);
  if (!colors) return <span className="sk sk-swatches" />;
  const toggle = (background: BackgroundInput) => {
    if (chosen.some(each => isSame(each, background))) onChange(chosen.filter(each => !isSame(each, background)));
    else if (most === 1) onChange([background]);
    else if (chosen.length < most) onChange([...chosen, background]);
  };
  const known = colors.map(color => ({
    id: color.id,
    title: titleOf(color, language),
    fill: fillOf(color.hex, color.hexEnd),
  }));
  const all = [...known, { id: 'transparent', title: job.background.clear, fill: CHECKERS }];
  const others = chosen.filter(({ color }) => !all.some(({ id }) => id === color));
  return (
    // biome-ignore lint/a11y/useSemanticElements: the heading beside it names it
    <div className="sw" role="group" aria-label={job.background.title}>
      {all.map(({ id, title, fill }) => (
        <Swatch
          key={id}
          title={title}
          fill={fill}
          pressed={chosen.some(({ color }) => color === id)}
          onPress={() => toggle({ color: id })}
        />
      ))}
      {others.map(background => (
        <Swatch
          key={background.color ?? `${background.gradient?.from}${background.gradient?.to}`}
          title={background.color ?? background.gradient?.from ?? ''}
          fill={fillOf(background.color ?? background.gradient!.from, background.gradient?.to)}
          pressed
          onPress={() => toggle(background)}
        />
      ))}
      <button type="button" onClick={() => setOwn(true)} aria-haspopup="dialog">
        <i className="own">
          <Icon name="plus" />
        </i>
        {job.background.custom}
      </button>
      {own && (
        <OwnBackground
          onClose={() => setOwn(false)}
          onAdd={background => {
            setOwn(false);
            toggle(background);
          }}
        />
      )}
    </div>
  );
}

function Swatch(props: { title: string; fill: string; pressed: boolean; onPress: () => void }) {
  const { title, fill, pressed, onPress } = props;
  return (
    <button type="button" aria-pressed={pressed} onClick={onPress}>
      <i style={{ background: fill }}>
        {pressed && (
          <span className="tick">
            <Icon name="check" />
          </span>
        )}
      </i>
      {title}
    </button>
  );
}
