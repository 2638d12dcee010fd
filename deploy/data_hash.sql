-- One hash over every row of every table of the portal, whatever their order on disk: prints it.
-- Run inside a transaction; only its last statement answers. Two databases with the same rows have
-- the same hash; a row changed, missing or doubled gives another. It guards against mishaps, not
-- against forgers: it adds up 128 bits of each row.

-- How a value is written down must not depend on who asks.
SET LOCAL timezone = 'UTC';
SET LOCAL datestyle = 'ISO, YMD';
SET LOCAL intervalstyle = 'postgres';
SET LOCAL extra_float_digits = 1;
SET LOCAL bytea_output = 'hex';

CREATE OR REPLACE FUNCTION pg_temp.rows_of(portal_table regclass) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
    told text;
BEGIN
    EXECUTE format(
        'SELECT concat_ws('' '', count(*),
                sum((''x'' || left(h, 16))::bit(64)::bigint::numeric),
                sum((''x'' || right(h, 16))::bit(64)::bigint::numeric))
         FROM (SELECT md5(row_text::text) AS h FROM %s AS row_text) AS hashed', portal_table)
    INTO told;
    RETURN told;
END
$$;

SELECT encode(sha256(convert_to(
    coalesce(string_agg(
        relation.relname || ' ' || pg_temp.rows_of(relation.oid), E'\n'
        ORDER BY relation.relname COLLATE "C"), ''), 'UTF8')), 'hex')
FROM pg_class AS relation
WHERE relation.relkind = 'r' AND relation.relnamespace = 'public'::regnamespace;
