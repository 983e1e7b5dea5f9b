import { useSyncExternalStore } from 'react';
import { useWords } from '../i18n/language.ts';
import { CopyButton } from '../ui/copy-button.tsx';
import { Modal } from '../ui/dialog.tsx';

export interface PageRequest {
  readonly document: unknown;
  readonly variables: object;
}

let behind: PageRequest = { document: '', variables: {} };
const listeners = new Set<() => void>();

/** A page says what it asks, as it asks it. */
export function tellRequest(request: PageRequest): void {
  behind = request;
  for (const listener of listeners) listener();
}

/** Whether the server has GraphiQL; it says so in the page. */
const hasEditor = document.documentElement.dataset.graphiql !== undefined;

export function GraphQLDrawer({ onClose }: { onClose: () => void }) {
  const { graphql } = useWords();
  const { document: text, variables } = useSyncExternalStore(
    listener => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => behind,
  );
  const shown = JSON.stringify(variables, null, 2);
  const whole = `${String(text)}\n\n# variables\n${shown.replace(/^/gm, '# ')}`;
  const body = JSON.stringify({ query: String(text), variables });
  const key = "-H 'authorization: Bearer dk_…' ";
  const curl = `curl ${location.origin}/graphql ${key}-H 'content-type: application/json' -d '${body.replaceAll("'", "'\\''")}'`;
  return (
    <Modal title={graphql.title} onClose={onClose} kind="drawer">
      <div className="db">
        <p className="muted s">{graphql.lead}</p>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and has to be reached by keyboard for that */}
        <pre tabIndex={0}>{whole}</pre>
        <div className="row wrap">
          <CopyButton text={whole} />
          <CopyButton text={curl} label="curl" />
          {hasEditor && (
            <a className="btn" href="/graphiql">
              {graphql.editor}
            </a>
          )}
        </div>
      </div>
    </Modal>
  );
}
