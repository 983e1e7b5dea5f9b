import { createContext, useContext } from 'react';
import type { Scope, ViewerQuery } from '../data/generated.ts';

export type Viewer = NonNullable<ViewerQuery['viewer']>;

const ViewerContext = createContext<Viewer | undefined>(undefined);

export const ViewerProvider = ViewerContext.Provider;

export function useViewer(): Viewer {
  const viewer = useContext(ViewerContext);
  if (viewer === undefined) throw new Error('There is no viewer around this component.');
  return viewer;
}

export function useCan(scope: Scope): boolean {
  return useViewer().scopes.includes(scope);
}
