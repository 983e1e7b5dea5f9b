export function TaskPage({ id }: { id: string }) {
  return <p>{id}</p>;
}
