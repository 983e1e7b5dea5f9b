import { type FormEvent, useState } from 'react';
import { ApiError } from '../data/errors.ts';
import { useWords } from '../i18n/language.ts';
import { Logo } from '../ui/icon.tsx';
import { ErrorNote } from '../ui/states.tsx';
import { signIn } from './session.ts';
import { LanguageSwitch, ThemeButton } from './sidebar.tsx';

const COMMAND = 'npm run keys -- create --name counter --scopes all';

/** @param ended there was a session, which has ended under the open page */
export function SignIn({ ended }: { ended: boolean }) {
  const { signIn: words } = useWords();
  const [error, setError] = useState<ApiError>();
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const key = String(new FormData(event.currentTarget).get('key')).trim();
    try {
      setError(undefined);
      // Whatever no header can hold is no key.
      await signIn(/^[\x21-\x7e]+$/.test(key) ? key : 'none');
    } catch (caught) {
      if (!(caught instanceof ApiError)) throw caught;
      setError(caught);
    }
  };
  return (
    <main className="sign-in">
      <form className="card col" onSubmit={submit}>
        <div className="row brand">
          <Logo />
          Darkroom
        </div>
        <h1>{words.title}</h1>
        <p className="muted">{ended ? words.ended : words.lead}</p>
        <label className="f">
          {words.field}
          <input
            type="password"
            name="key"
            autoComplete="off"
            spellCheck={false}
            required
            // biome-ignore lint/a11y/noAutofocus: it is all that there is to do on this page
            autoFocus
            placeholder="dk_…"
          />
        </label>
        {error && <ErrorNote error={error} />}
        <button type="submit" className="btn pri big">
          {words.go}
        </button>
        <p className="xs muted">
          {words.make} <code>{COMMAND}</code>
        </p>
        <div className="row">
          <LanguageSwitch />
          <span className="end">
            <ThemeButton />
          </span>
        </div>
      </form>
    </main>
  );
}
