import { Link } from 'wouter';
import { restartSocket } from '../data/client.ts';
import { useConnection } from '../data/connection.ts';
import { useCounts } from '../data/use-counts.ts';
import { setLanguage, useLanguage, useWords } from '../i18n/language.ts';
import { Icon, Logo } from '../ui/icon.tsx';
import { PAGES, type Page } from './routes.ts';
import { signOut } from './session.ts';
import { toggleTheme, useTheme } from './theme.ts';
import { useViewer } from './viewer.tsx';

export function Sidebar({ current }: { current: Page | undefined }) {
  const { nav } = useWords();
  const { scopes } = useViewer();
  const pages = PAGES.filter(({ scope }) => scopes.includes(scope));
  const groups = [undefined, 'running', 'admin'] as const;
  return (
    <div className="side">
      <Link className="brand" href="/">
        <Logo />
        Darkroom
      </Link>
      <nav className="nav" aria-label={nav.main}>
        {groups.map(group => {
          const within = pages.filter(page => page.group === group);
          if (within.length === 0) return null;
          return (
            <div key={group ?? 'first'}>
              {group && <div className="grp">{nav[group]}</div>}
              {within.map(page => (
                <Link href={page.path} key={page.path} aria-current={page === current ? 'page' : undefined}>
                  <Icon name={page.icon} />
                  {nav[page.name]}
                  {page.name === 'tasks' && <Attention />}
                </Link>
              ))}
            </div>
          );
        })}
      </nav>
      <div className="foot">
        <ConnectionLight />
        <div className="row">
          <LanguageSwitch />
          <span className="end row">
            <ThemeButton />
            <SignOutButton />
          </span>
        </div>
      </div>
    </div>
  );
}

const EVERYTHING = {};

/** How many wait for a person. It also holds the socket on every page, which tells of lost connections and ended keys. */
export function Attention() {
  const { nav } = useWords();
  const count = useCounts(EVERYTHING)?.of('NEEDS_REVIEW', 'FAILED');
  if (!count) return null;
  return (
    <span className="cnt">
      {count}
      <span className="sr"> {nav.attention}</span>
    </span>
  );
}

export function ConnectionLight() {
  const { connection } = useWords();
  const { state } = useConnection();
  const tone = { RECONNECTING: ' re', OFFLINE: ' off', REFUSED: ' off', CONNECTED: '', CONNECTING: '' }[state];
  return (
    <span className="link" role="status">
      <span className={`dot${tone}`} />
      {connection[state]}
    </span>
  );
}

export function LanguageSwitch() {
  const words = useWords();
  const language = useLanguage();
  const choose = (next: typeof language) => {
    setLanguage(next);
    restartSocket();
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out as one row in every browser
    <div className="seg" role="group" aria-label={words.language}>
      <button type="button" aria-pressed={language === 'zh'} lang="zh-CN" onClick={() => choose('zh')}>
        中文
      </button>
      <button type="button" aria-pressed={language === 'en'} lang="en" onClick={() => choose('en')}>
        EN
      </button>
    </div>
  );
}

export function ThemeButton() {
  const { theme: label } = useWords();
  return (
    <button type="button" className="btn sm icon" aria-label={label} onClick={toggleTheme}>
      <Icon name={useTheme() === 'dark' ? 'sun' : 'moon'} />
    </button>
  );
}

/** A server without keys knows no sign-in. */
export function SignOutButton() {
  const { signOut: label } = useWords();
  if (useViewer().kind === 'OPEN') return null;
  return (
    <button type="button" className="btn sm icon" aria-label={label} title={label} onClick={signOut}>
      <Icon name="leave" />
    </button>
  );
}
