#!/bin/sh
# Puts NAME.dump in the place of the database, and says whether its rows hash to NAME.hash.
#
#   docker compose exec -T db sh /deploy/restore.sh /backups/2026-11-21
#
# The rows are restored beside the database first and take its place only if the hash is equal; a
# backup that is not whole changes nothing. Stop web, worker and beat before. With a second word
# the rows go into a database of that name, and stay there: a rehearsal.
set -eu
name=${1:?usage: restore.sh /folder/name [rehearsal-database]}
export PGUSER="${PGUSER:-portal}"
# Programs of PostgreSQL say what went wrong, not what went as expected.
export PGOPTIONS="${PGOPTIONS:-} -c client_min_messages=warning"
database=${PGDATABASE:-portal}
fresh=${2:-${database}_restored}
here=$(cd "$(dirname "$0")" && pwd)
if [ "$fresh" = "$database" ]; then
    echo "A rehearsal needs a database of another name than $database." >&2
    exit 1
fi
ask() { psql --no-psqlrc --quiet --tuples-only --no-align --set=ON_ERROR_STOP=1 "$@"; }

dropdb --if-exists --force "$fresh"
createdb --template=template0 "$fresh"
pg_restore --dbname="$fresh" --no-owner --exit-on-error --single-transaction "$name.dump"

expected=$(cat "$name.hash")
found=$(printf 'BEGIN;\n\\i %s/data_hash.sql\nROLLBACK;\n' "$here" | ask --dbname="$fresh")
if [ "$found" != "$expected" ]; then
    echo "The restored rows hash to $found, not to $expected: nothing was replaced." >&2
    exit 1
fi
if [ -z "${2:-}" ]; then
    dropdb --if-exists --force "$database"
    ask --dbname=postgres --command="ALTER DATABASE \"$fresh\" RENAME TO \"$database\""
    fresh=$database
fi
echo "The rows in $fresh are those of the backup: $found"
