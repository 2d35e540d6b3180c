#!/usr/bin/env bash
# drizzle-kit 0.31.11: `generate` without a terminal exits with 0 and writes no migration when a column was replaced.
#
# One column is removed from a table and another is added. drizzle-kit wants to ask whether this is a rename, which it
# cannot do where standard input is no terminal, as in CI or in a script.
# Expected: a migration, or an exit code other than 0.
# Seen: exit code 0 and no migration, so a script that trusts the exit code goes on without one. What drizzle-kit
# prints is the only sign.
# Fails if that changes.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --silent drizzle-kit@0.31.11 drizzle-orm@0.45.4

write_schema() {
  cat > schema.ts << SCHEMA
import { integer, pgTable, text } from 'drizzle-orm/pg-core';
export const rides = pgTable('rides', { id: integer().primaryKey(), $1: text() });
SCHEMA
}
generate() {
  npx drizzle-kit generate --dialect postgresql --schema schema.ts --out migrations < /dev/null > "$1" 2>&1
}
migrations() { find migrations -name '*.sql' | wc -l; }

write_schema name
generate first.log
[[ $(migrations) == 1 ]] || { cat first.log; exit 1; }

write_schema title
code=0
generate second.log || code=$?
echo "exit code $code, $(migrations) migration(s)"
tail -n 3 second.log
[[ $code == 0 && $(migrations) == 1 ]]
