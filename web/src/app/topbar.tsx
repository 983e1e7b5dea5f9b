import { type FormEvent, useEffect, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import { useWords } from '../i18n/language.ts';
import { Icon } from '../ui/icon.tsx';
import { GraphQLDrawer } from './graphql-drawer.tsx';
import { useCan } from './viewer.tsx';

const TASK_ID = /^task_[0-9a-z]{26}$/;

export function Topbar({ title }: { title: string }) {
  const words = useWords();
  const [drawer, setDrawer] = useState(false);
  const canFind = useCan('TASKS_READ');
  const [, go] = useLocation();
  return (
    <header className="topbar">
      <h1>{title}</h1>
      {canFind && <Find />}
      {canFind && (
        <button type="button" className="btn only-s icon end" aria-label={words.find} onClick={() => go('/tasks')}>
          <Icon name="search" />
        </button>
      )}
      <button
        type="button"
        className="btn"
        aria-label={`GraphQL: ${words.graphql.open}`}
        onClick={() => setDrawer(true)}
      >
        <Icon name="code" />
        <span className="hide-s">GraphQL</span>
      </button>
      {drawer && <GraphQLDrawer onClose={() => setDrawer(false)} />}
    </header>
  );
}

/** An id opens its task; anything else filters the list. `/` leads here from everywhere. */
function Find() {
  const { find, findHint } = useWords();
  const [, go] = useLocation();
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement?.tagName ?? '');
      if (event.key !== '/' || typing || document.querySelector('[role=dialog]')) return;
      event.preventDefault();
      field.current?.focus();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const text = field.current?.value.trim() ?? '';
    if (text === '') return;
    go(TASK_ID.test(text) ? `/tasks/${text}` : `/tasks?find=${encodeURIComponent(text)}`);
    field.current!.value = '';
  };
  return (
    <search className="find">
      <form onSubmit={submit}>
        <Icon name="search" />
        <input type="search" ref={field} placeholder={findHint} aria-label={find} />
        <kbd>/</kbd>
      </form>
    </search>
  );
}
