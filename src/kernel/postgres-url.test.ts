import { postgresPlace } from './postgres-url.js';

test.each([
  ['postgresql://u:p%40ss@db.internal:6432/photos', 'db.internal:6432'],
  ['postgres://db.internal/photos', 'db.internal:5432'],
  ['postgresql://[::1]:5433/photos', '[::1]:5433'],
  ['postgresql://u@db.internal/photos?port=6000', 'db.internal:6000'],
  ['postgresql://u@/photos?host=/var/run/postgresql', '/var/run/postgresql'],
  ['postgresql://u:p@/photos?host=/run/postgresql&port=6000', '/run/postgresql'],
  ['postgresql:///photos?host=/run/postgresql', '/run/postgresql'],
  ['postgresql://%2Frun%2Fpostgresql/photos', '/run/postgresql'],
  ['postgresql://u:p@%2frun%2fpostgresql/photos', '/run/postgresql'],
  // What `pg` does without a host, though psql would look for a socket.
  ['postgresql:///photos', 'localhost:5432'],
  ['postgresql://u:100%@db.internal/photos', 'db.internal:5432'],
])('%s leads to %s', (url, place) => {
  expect(postgresPlace(url)).toBe(place);
});

test.each([
  'mysql://u:p@db.internal/photos',
  'postgresql://u:p@db.internal:port/photos',
  'postgresql://one,two/photos',
  'postgresql://one:5432,two:5432/photos',
  'postgresql:///photos?host=one,two',
  'postgresql://u:%ff@db.internal/photos',
  'db.internal',
])('%s is none that can be used', url => {
  expect(postgresPlace(url)).toBeUndefined();
});
