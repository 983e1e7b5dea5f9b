import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useLayoutEffect, useMemo, useRef, useState } from 'react';
import { useWords } from '../i18n/language.ts';
import { type Group, groupOf, type TaskLine } from './live-list.ts';
import { TaskRow } from './task-row.tsx';

const ROW_PX = 44;
const NARROW_ROW_PX = 68;
const HEAD_PX = 32;
const narrow = matchMedia('(max-width: 720px)');

type Line = { readonly head: Group } | { readonly task: TaskLine; readonly index: number };

function linesOf(rows: readonly TaskLine[]): Line[] {
  const lines: Line[] = [];
  let group: Group | undefined;
  for (const [index, task] of rows.entries()) {
    if (groupOf(task) !== group) {
      group = groupOf(task);
      lines.push({ head: group });
    }
    lines.push({ task, index });
  }
  return lines;
}

/** A thousand rows, of which those in sight are drawn. */
export function TaskList({ rows, onReading }: { rows: readonly TaskLine[]; onReading: (reading: boolean) => void }) {
  const { tasks } = useWords();
  const lines = useMemo(() => linesOf(rows), [rows]);
  const box = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  useLayoutEffect(() => setTop(box.current?.offsetTop ?? 0), []);
  const virtual = useWindowVirtualizer({
    count: lines.length,
    estimateSize: index => ('head' in lines[index]! ? HEAD_PX : narrow.matches ? NARROW_ROW_PX : ROW_PX),
    getItemKey: index => {
      const line = lines[index]!;
      return 'head' in line ? line.head : line.task.id;
    },
    overscan: 8,
    scrollMargin: top,
  });
  return (
    // biome-ignore lint/a11y/useSemanticElements: a table would need all of its rows
    <div
      className="card table"
      role="table"
      aria-label={tasks.list}
      aria-rowcount={rows.length + 1}
      onPointerEnter={() => onReading(true)}
      onPointerLeave={() => onReading(false)}
      onFocus={() => onReading(true)}
      onBlur={() => onReading(false)}
    >
      <Heads />
      {/* biome-ignore lint/a11y/useSemanticElements: as above */}
      <div className="rows" role="rowgroup" ref={box} style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ key, index, start, size }) => {
          const line = lines[index]!;
          return (
            <div
              key={key}
              className="place"
              role="presentation"
              style={{ height: size, transform: `translateY(${start - top}px)` }}
            >
              {'head' in line ? <GroupHead group={line.head} /> : <TaskRow task={line.task} index={line.index} />}
            </div>
          );
        })}
      </div>
    </div>
  );
}

function GroupHead({ group }: { group: Group }) {
  const { tasks } = useWords();
  return (
    // biome-ignore-start lint/a11y/useSemanticElements: rows of a list of which only a part is there
    // biome-ignore-start lint/a11y/useFocusableInteractive: it is a heading
    <div className="tr-head" role="row">
      <span role="cell">{tasks.groups[group]}</span>
    </div>
    // biome-ignore-end lint/a11y/useFocusableInteractive: it is a heading
    // biome-ignore-end lint/a11y/useSemanticElements: rows of a list of which only a part is there
  );
}

const COLUMNS = ['photo', 'state', 'what', 'reference', 'vendor', 'units', 'took', 'began'] as const;
const RIGHT = new Set<string>(['units', 'took', 'began']);

function Heads() {
  const { tasks } = useWords();
  return (
    // biome-ignore-start lint/a11y/useSemanticElements: rows of a list of which only a part is there
    // biome-ignore-start lint/a11y/useFocusableInteractive: nothing to press
    <div className="tr th" role="row" aria-rowindex={1}>
      {COLUMNS.map(column => (
        <span key={column} role="columnheader" className={RIGHT.has(column) ? `c-${column} n` : `c-${column}`}>
          {column === 'photo' ? <span className="sr">{tasks.column.photo}</span> : tasks.column[column]}
        </span>
      ))}
    </div>
    // biome-ignore-end lint/a11y/useFocusableInteractive: nothing to press
    // biome-ignore-end lint/a11y/useSemanticElements: rows of a list of which only a part is there
  );
}
