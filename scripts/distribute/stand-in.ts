import pg from 'pg'

/**
 * STAND-INS, not Citus: functions and tables of Citus's names that write down how they are called. Citus comes neither
 * from the npm registry nor with embedded Postgres, so what these tests hold is what we ask of it, in which order, and
 * how we go on after a failure; docs/OPERATIONS.md says what was tried on a real one. Two of its refusals are played
 * because the order must respect them: a table is distributed after what it refers to, and a function after its table.
 */
const STAND_IN = `
  SET allow_system_table_mods = on;
  INSERT INTO pg_extension (oid, extname, extowner, extnamespace, extrelocatable, extversion)
    VALUES (99999, 'citus', 10, 'pg_catalog'::regnamespace, false, 'stand-in');
  CREATE TABLE pg_catalog.pg_dist_partition (logicalrelid regclass, partmethod "char", colocationid integer);
  CREATE TABLE pg_catalog.pg_dist_object
    (classid oid, objid oid, distribution_argument_index integer, colocationid integer, force_delegation boolean);
  GRANT SELECT ON pg_dist_partition, pg_dist_object TO PUBLIC;
  CREATE TABLE pg_catalog.stand_in_call (number integer GENERATED ALWAYS AS IDENTITY, call text);
  CREATE TABLE pg_catalog.stand_in_fault (call text);

  CREATE FUNCTION pg_catalog.stand_in_note(said text) RETURNS void LANGUAGE plpgsql AS $$
  BEGIN
    IF EXISTS (SELECT FROM stand_in_fault f WHERE f.call = said) THEN
      RAISE EXCEPTION 'the stand-in was told to fail here';
    END IF;
    INSERT INTO stand_in_call (call) VALUES (said);
  END $$;

  CREATE FUNCTION pg_catalog.create_distributed_table(
    table_name regclass, distribution_column text, colocate_with text DEFAULT 'default', shard_count integer DEFAULT NULL
  ) RETURNS void LANGUAGE plpgsql AS $$
  BEGIN
    PERFORM stand_in_note(format('table %s by %s with %s', table_name, distribution_column, colocate_with));
    IF EXISTS (SELECT FROM pg_constraint WHERE contype = 'f' AND conrelid = table_name AND confrelid <> table_name
      AND confrelid NOT IN (SELECT logicalrelid FROM pg_dist_partition)) THEN
      RAISE EXCEPTION 'referenced table must be a distributed table or a reference table';
    END IF;
    INSERT INTO pg_dist_partition VALUES (table_name, 'h', 7);
  END $$;

  CREATE FUNCTION pg_catalog.create_distributed_function(
    function_name regprocedure, distribution_arg_name text DEFAULT NULL, colocate_with text DEFAULT 'default',
    force_delegation boolean DEFAULT NULL
  ) RETURNS void LANGUAGE plpgsql AS $$
  BEGIN
    PERFORM stand_in_note(format('function %s by %s with %s', function_name::regproc, distribution_arg_name, colocate_with));
    IF colocate_with <> 'default' AND colocate_with::regclass NOT IN (SELECT logicalrelid FROM pg_dist_partition) THEN
      RAISE EXCEPTION 'relation is not distributed';
    END IF;
    INSERT INTO pg_dist_object VALUES ('pg_proc'::regclass, function_name, CASE WHEN distribution_arg_name IS NOT NULL THEN 0 END,
      CASE WHEN distribution_arg_name IS NOT NULL THEN 7 END, force_delegation);
  END $$;

  CREATE FUNCTION pg_catalog.truncate_local_data_after_distributing_table(function_name regclass)
  RETURNS void LANGUAGE plpgsql AS $$
  BEGIN
    PERFORM stand_in_note(format('old rows of %s', function_name));
    EXECUTE format('TRUNCATE %s CASCADE', function_name);
  END $$;`

export type StandIn = {
  /** What was asked of it so far, in order. */
  calls(): Promise<string[]>
  /** Makes one call fail, or with null none. */
  failAt(call: string | null): Promise<void>
}

/** Puts the stand-ins into a database; the superuser's address is needed to write where Citus would. */
export async function installStandIn(adminUrl: string): Promise<StandIn> {
  const ask = async (statement: string): Promise<{ call: string }[]> => {
    const client = new pg.Client({ connectionString: adminUrl })
    await client.connect()
    try {
      return (await client.query<{ call: string }>(statement)).rows
    } finally {
      await client.end()
    }
  }
  await ask(STAND_IN)
  return {
    calls: async () => (await ask('SELECT call FROM stand_in_call ORDER BY number')).map(({ call }) => call),
    failAt: async (call) => {
      await ask('DELETE FROM stand_in_fault')
      if (call !== null) await ask(`INSERT INTO stand_in_fault VALUES (${pg.escapeLiteral(call)})`)
    },
  }
}
