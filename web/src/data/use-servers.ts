import { useQuery } from 'urql';
import { useCan } from '../app/viewer.tsx';
import { type Operation, ServersDocument, type Vendor } from './generated.ts';

/** Who can do it here: real vendors, the sandbox in their place, and the local engine. */
export function useServers(operation: Operation): { vendor: Vendor; sandbox: boolean }[] {
  const pause = !useCan('VENDORS_READ');
  const [{ data }] = useQuery({ query: ServersDocument, pause });
  return (data?.vendors ?? []).filter(({ operations }) => operations.includes(operation));
}
