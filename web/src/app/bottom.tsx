import { Link } from 'wouter';
import { useWords } from '../i18n/language.ts';
import { Icon } from '../ui/icon.tsx';
import { PAGES, type Page } from './routes.ts';
import { ConnectionLight, LanguageSwitch, SignOutButton, ThemeButton } from './sidebar.tsx';
import { useViewer } from './viewer.tsx';

/** How many pages the bar of a phone has room for, beside "More". */
const SHOWN = 3;

function usePages() {
  const { scopes } = useViewer();
  return PAGES.filter(({ scope }) => scopes.includes(scope));
}

/** Below 720 px, in place of the sidebar. */
export function Bottom({ current }: { current: Page | undefined }) {
  const { nav } = useWords();
  const pages = usePages();
  const isBehindMore = !current || pages.indexOf(current) >= SHOWN;
  return (
    <nav className="bottom" aria-label={nav.main}>
      {pages.slice(0, SHOWN).map(page => (
        <Link href={page.path} key={page.path} aria-current={page === current ? 'page' : undefined}>
          <Icon name={page.icon} large />
          {nav[page.name]}
        </Link>
      ))}
      <Link href="/more" aria-current={isBehindMore || undefined}>
        <Icon name="more" large />
        {nav.more}
      </Link>
    </nav>
  );
}

export function More() {
  const { nav, language, theme } = useWords();
  return (
    <div className="stack">
      <nav className="card more" aria-label={nav.more}>
        {usePages()
          .slice(SHOWN)
          .map(({ path, icon, name }) => (
            <Link href={path} key={path} className="row">
              <Icon name={icon} large />
              {nav[name]}
              <span className="end dim">
                <Icon name="next" />
              </span>
            </Link>
          ))}
      </nav>
      <div className="card more">
        <div className="row">
          <span className="grow">{language}</span>
          <LanguageSwitch />
        </div>
        <div className="row">
          <span className="grow">{theme}</span>
          <ThemeButton />
          <SignOutButton />
        </div>
        <div className="row">
          <ConnectionLight />
        </div>
      </div>
    </div>
  );
}
