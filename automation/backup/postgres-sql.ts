/** SQL for psql. `\gexec` runs what a query has answered, line by line. */

/** Begins a transaction and tells the name of the moment that it sees. */
export const BEGIN_SNAPSHOT = `
BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY;
SET LOCAL idle_in_transaction_session_timeout = 0;
SELECT pg_export_snapshot();
`;

const OWN_SCHEMAS = "NOT IN ('pg_catalog', 'information_schema') AND nspname NOT LIKE 'pg\\_%'";

/** A line for each table with the number of its rows, and one for each revision of Alembic's. */
export const CONTENTS = `
SELECT format('SELECT ''table'', %L, count(*) FROM %I.%I',
    CASE nspname WHEN 'public' THEN relname ELSE nspname || '.' || relname END, nspname, relname)
  FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
  WHERE relkind IN ('r', 'p') AND nspname ${OWN_SCHEMAS} ORDER BY nspname, relname
\\gexec
SELECT 'SELECT ''revision'', version_num FROM alembic_version ORDER BY 1'
  WHERE to_regclass('alembic_version') IS NOT NULL
\\gexec
`;

/** Makes the database \`name\` with the encoding and the order of the one that is asked. */
export const CREATE_LIKE_THIS = `
SELECT format('CREATE DATABASE %I TEMPLATE template0 ENCODING %L LC_COLLATE %L LC_CTYPE %L',
    :'name', pg_encoding_to_char(encoding), datcollate, datctype)
  FROM pg_database WHERE datname = current_database()
\\gexec
`;

const IS_OWN = "NOT EXISTS (SELECT FROM pg_depend WHERE pg_depend.objid = found.oid AND deptype = 'e')";

function dropRelations(what: string, kinds: string): string {
  return `
SELECT format('DROP ${what} IF EXISTS public.%I CASCADE', relname) FROM pg_class AS found
  WHERE relnamespace = 'public'::regnamespace AND relkind IN (${kinds}) AND ${IS_OWN}
\\gexec`;
}

/** Empties a database, but for the schema \`public\` itself, which not every owner of a database owns. */
export const DROP_ALL = `
SELECT pg_catalog.set_config('search_path', '', true) \\g /dev/null
SET LOCAL client_min_messages = warning;
SELECT format('DROP SCHEMA %I CASCADE', nspname) FROM pg_namespace WHERE nspname <> 'public' AND nspname ${OWN_SCHEMAS}
\\gexec
${dropRelations("VIEW", "'v'")}
${dropRelations("MATERIALIZED VIEW", "'m'")}
${dropRelations("TABLE", "'r', 'p'")}
${dropRelations("FOREIGN TABLE", "'f'")}
${dropRelations("SEQUENCE", "'S'")}
SELECT format('DROP ROUTINE IF EXISTS %s CASCADE', oid::regprocedure) FROM pg_proc AS found
  WHERE pronamespace = 'public'::regnamespace AND ${IS_OWN}
\\gexec
SELECT format('DROP TYPE IF EXISTS public.%I CASCADE', typname) FROM pg_type AS found
  WHERE typnamespace = 'public'::regnamespace AND typtype IN ('e', 'd', 'r', 'c') AND typelem = 0 AND ${IS_OWN}
    AND (typrelid = 0 OR EXISTS (SELECT FROM pg_class WHERE pg_class.oid = typrelid AND relkind = 'c'))
\\gexec
SELECT lo_unlink(oid) FROM pg_largeobject_metadata \\g /dev/null
`;
