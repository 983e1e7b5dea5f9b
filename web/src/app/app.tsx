import { lazy, Suspense, useEffect, useRef } from 'react';
import { useQuery } from 'urql';
import { Redirect, Route, Switch, useLocation } from 'wouter';
import { useConnection } from '../data/connection.ts';
import { toApiError } from '../data/errors.ts';
import { ViewerDocument } from '../data/generated.ts';
import { useWords } from '../i18n/language.ts';
import { NewJob } from '../job/new-job.tsx';
import { Failed, SkeletonRows } from '../ui/states.tsx';
import { Toasts } from '../ui/toast.tsx';
import { Bottom, More } from './bottom.tsx';
import { ErrorBoundary } from './error-boundary.tsx';
import { PAGES, pageOf } from './routes.ts';
import { Sidebar } from './sidebar.tsx';
import { SignIn } from './sign-in.tsx';
import { Strip } from './strip.tsx';
import { Topbar } from './topbar.tsx';
import { type Viewer, ViewerProvider } from './viewer.tsx';

const Tasks = lazy(() => import('../tasks/tasks.tsx').then(({ Tasks }) => ({ default: Tasks })));
const TaskPage = lazy(() => import('../tasks/task-page.tsx').then(({ TaskPage }) => ({ default: TaskPage })));
const Vendors = lazy(() => import('../admin/vendors.tsx').then(({ Vendors }) => ({ default: Vendors })));
const Usage = lazy(() => import('../admin/usage.tsx').then(({ Usage }) => ({ default: Usage })));
const Keys = lazy(() => import('../admin/keys.tsx').then(({ Keys }) => ({ default: Keys })));
const Audit = lazy(() => import('../admin/audit.tsx').then(({ Audit }) => ({ default: Audit })));

export function App() {
  const [{ data, error }, again] = useQuery({ query: ViewerDocument });
  const { state } = useConnection();
  const failure = error && toApiError(error);
  if (state === 'REFUSED' || failure?.code === 'UNAUTHENTICATED') return <SignIn ended={data !== undefined} />;
  if (failure && !data?.viewer)
    return (
      <main className="page alone">
        <Failed error={failure} onRetry={() => again()} />
      </main>
    );
  if (!data?.viewer)
    return (
      <main className="page alone">
        <SkeletonRows />
      </main>
    );
  return <Frame viewer={data.viewer} />;
}

function Frame({ viewer }: { viewer: Viewer }) {
  const words = useWords();
  const [path] = useLocation();
  const main = useRef<HTMLElement>(null);
  const page = pageOf(path);
  const title = path.startsWith('/tasks/') ? words.nav.task : words.nav[page?.name ?? 'more'];
  useEffect(() => {
    document.title = `${title} · Darkroom`;
  }, [title]);
  // Whoever uses a screen reader begins at the new page, not behind the link to it.
  const seen = useRef(path);
  useEffect(() => {
    if (seen.current === path) return;
    seen.current = path;
    main.current?.focus({ preventScroll: true });
    scrollTo(0, 0);
  }, [path]);
  return (
    <ViewerProvider value={viewer}>
      <a className="skip" href="#main">
        {words.skip}
      </a>
      <div className="app">
        <Sidebar current={page} />
        <div className="main">
          <Topbar title={title} />
          <Strip />
          <main className="page" id="main" tabIndex={-1} ref={main}>
            <ErrorBoundary key={page?.path}>
              <Suspense fallback={<SkeletonRows />}>
                <Pages viewer={viewer} />
              </Suspense>
            </ErrorBoundary>
          </main>
        </div>
      </div>
      <Bottom current={page} />
      <Toasts />
    </ViewerProvider>
  );
}

function Pages({ viewer: { scopes } }: { viewer: Viewer }) {
  const first = PAGES.find(({ scope }) => scopes.includes(scope));
  const views = { new: NewJob, tasks: Tasks, vendors: Vendors, usage: Usage, keys: Keys, audit: Audit };
  return (
    <Switch>
      <Route path="/tasks/:id">{({ id }) => <TaskPage id={id} key={id} />}</Route>
      <Route path="/more">
        <More />
      </Route>
      {PAGES.filter(({ scope }) => scopes.includes(scope)).map(({ path, name }) => (
        <Route path={path} component={views[name]} key={path} />
      ))}
      <Route>{first ? <Redirect to={first.path} replace /> : null}</Route>
    </Switch>
  );
}
