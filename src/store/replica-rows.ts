import type { Sql } from './database.js';

export interface ReplicaRow {
  id: string;
  host: string;
  beat: number;
}

/** With the fingerprints of the secrets that it knows. */
export interface BeatingReplica extends ReplicaRow {
  secrets: readonly string[];
}

export async function insertReplica(sql: Sql, replica: BeatingReplica): Promise<void> {
  await sql.query('insert into replicas (id, host, beat, secrets) values ($1, $2, $3, $4::text[])', [
    replica.id,
    replica.host,
    replica.beat,
    replica.secrets,
  ]);
}

/** Also brings the row back where another replica took this one for dead, with the time of now as its start. */
export async function beatReplica(sql: Sql, { id, host, beat, secrets }: BeatingReplica): Promise<void> {
  await sql.query(
    `insert into replicas (id, host, beat, secrets) values ($1, $2, $3, $4::text[])
     on conflict (id) do update set beat = excluded.beat, beat_at = now()`,
    [id, host, beat, secrets],
  );
}

/** The replicas that started before this one and have told of themselves within `aliveMs`. All, where this has no row. */
export function findElderReplicas(sql: Sql, id: string, aliveMs: number): Promise<ReplicaRow[]> {
  return sql.query<ReplicaRow>(
    `select r.id, r.host, r.beat from replicas r left join replicas own on own.id = $1
     where r.id <> $1 and r.beat_at > now() - $2::int * interval '1 ms'
       and (own.id is null or (r.started_at, r.id) < (own.started_at, own.id))`,
    [id, aliveMs],
  );
}

export async function deleteReplica(sql: Sql, id: string): Promise<void> {
  await sql.query('delete from replicas where id = $1', [id]);
}

/** Removes those that have been silent for so long, and returns their ids. */
export async function deleteSilentReplicas(sql: Sql, silentMs: number): Promise<string[]> {
  const rows = await sql.query<{ id: string }>(
    `delete from replicas where beat_at < now() - $1::int * interval '1 ms' returning id`,
    [silentMs],
  );
  return rows.map(({ id }) => id);
}
