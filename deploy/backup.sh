#!/bin/sh
# Writes NAME.dump and NAME.hash into a folder, both of the very same moment; the portal runs on.
#
#   docker compose exec -T db sh /deploy/backup.sh /backups/2026-11-21
#
# Outside of compose: PGHOST, PGPORT, PGUSER and PGDATABASE say which database.
set -eu
name=${1:?usage: backup.sh /folder/name}
export PGUSER="${PGUSER:-portal}" PGDATABASE="${PGDATABASE:-portal}"
here=$(cd "$(dirname "$0")" && pwd)
umask 077

# A dump that was interrupted must not look like one that was finished.
trap 'rm -f "$name.part" "$name.hash.part"' EXIT
export PART="$name.part"
psql --no-psqlrc --quiet --tuples-only --no-align --set=ON_ERROR_STOP=1 \
    --set=here="$here" --set=answer="$name.hash.part" <<'SQL'
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT pg_export_snapshot() AS snapshot \gset
\setenv SNAPSHOT :snapshot
\! pg_dump --snapshot="$SNAPSHOT" --format=custom --no-owner --file="$PART" || rm -f "$PART"
\o :answer
\i :here/data_hash.sql
\o
COMMIT;
SQL
test -s "$name.part" || { echo "The database could not be dumped." >&2; exit 1; }
test -s "$name.hash.part" || { echo "The data could not be hashed." >&2; exit 1; }
mv "$name.part" "$name.dump"
mv "$name.hash.part" "$name.hash"
trap - EXIT
echo "$name.dump  $(cat "$name.hash")"
