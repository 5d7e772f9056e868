-- Every bank heard: pulls and statements beside pushes, several feeds of one account, and what is held back until it is clear.
CREATE TABLE "connection_pull" (
	"market_id" text NOT NULL,
	"connection_id" text NOT NULL,
	"base_url" text NOT NULL,
	"ciphertext" "bytea" NOT NULL,
	"every_seconds" integer NOT NULL,
	"read_to" timestamp with time zone NOT NULL,
	"asked_at" timestamp with time zone,
	"swept_at" timestamp with time zone,
	"problem" text,
	"failures" integer DEFAULT 0 NOT NULL,
	CONSTRAINT "connection_pull_market_id_connection_id_pk" PRIMARY KEY("market_id","connection_id"),
	CONSTRAINT "connection_pull_every" CHECK ("connection_pull"."every_seconds" >= 1 and "connection_pull"."failures" >= 0),
	CONSTRAINT "connection_pull_problem" CHECK ("connection_pull"."problem" in ('unauthorised', 'rate_limited', 'unreadable', 'unavailable') and "connection_pull"."failures" > 0
        or "connection_pull"."problem" is null and "connection_pull"."failures" = 0)
);
--> statement-breakpoint
CREATE TABLE "pull_queue" (
	"market_id" text NOT NULL,
	"connection_id" text NOT NULL,
	"due_at" timestamp with time zone NOT NULL,
	CONSTRAINT "pull_queue_market_id_connection_id_pk" PRIMARY KEY("market_id","connection_id")
);
--> statement-breakpoint
CREATE TABLE "statement" (
	"market_id" text NOT NULL,
	"id" text NOT NULL,
	"account_id" text NOT NULL,
	"connection_id" text NOT NULL,
	"file_hash" "bytea" NOT NULL,
	"raw_file" "bytea" NOT NULL,
	"format" text NOT NULL,
	"profile" text,
	"from_day" date NOT NULL,
	"to_day" date NOT NULL,
	"opening_vnd" bigint,
	"closing_vnd" bigint,
	"row_count" integer NOT NULL,
	"imported_by" text NOT NULL,
	"imported_at" timestamp with time zone NOT NULL,
	CONSTRAINT "statement_market_id_id_pk" PRIMARY KEY("market_id","id"),
	CONSTRAINT "statement_file_key" UNIQUE("market_id","account_id","file_hash"),
	CONSTRAINT "statement_days" CHECK ("statement"."to_day" >= "statement"."from_day" and "statement"."row_count" >= 0)
);
--> statement-breakpoint
DROP INDEX "bank_transaction_account_idx";--> statement-breakpoint
DROP INDEX "sighting_transaction_key";--> statement-breakpoint
ALTER TABLE "bank_transaction" ADD COLUMN "precision" text DEFAULT 'second' NOT NULL;--> statement-breakpoint
ALTER TABLE "bank_transaction" ADD COLUMN "reverses_id" text;--> statement-breakpoint
ALTER TABLE "connection" ADD COLUMN "name" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "connection" ADD COLUMN "stall_id" text;--> statement-breakpoint
ALTER TABLE "connection" ADD COLUMN "trigger_only" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "connection" ADD COLUMN "revoked_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "connection" ADD COLUMN "refused_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "connection" ADD COLUMN "refusal" text;--> statement-breakpoint
ALTER TABLE "connection_account" ADD COLUMN "authoritative" boolean DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE "feed_event" ADD COLUMN "held" text;--> statement-breakpoint
ALTER TABLE "feed_event" ADD COLUMN "held_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "feed_inbox" ADD COLUMN "via" text DEFAULT 'push' NOT NULL;--> statement-breakpoint
ALTER TABLE "suspense" ADD COLUMN "provider_event_id" text;--> statement-breakpoint
ALTER TABLE "suspense" ADD COLUMN "direction" text DEFAULT 'in' NOT NULL;--> statement-breakpoint
ALTER TABLE "sighting" ADD COLUMN "joined_by" text DEFAULT 'first' NOT NULL;--> statement-breakpoint
ALTER TABLE "connection_pull" ADD CONSTRAINT "connection_pull_market_id_connection_id_connection_market_id_id_fk" FOREIGN KEY ("market_id","connection_id") REFERENCES "public"."connection"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "statement" ADD CONSTRAINT "statement_market_id_connection_id_connection_market_id_id_fk" FOREIGN KEY ("market_id","connection_id") REFERENCES "public"."connection"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "statement" ADD CONSTRAINT "statement_market_id_account_id_receiving_account_market_id_id_fk" FOREIGN KEY ("market_id","account_id") REFERENCES "public"."receiving_account"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "pull_queue_due_idx" ON "pull_queue" USING btree ("due_at");--> statement-breakpoint
CREATE INDEX "statement_account_idx" ON "statement" USING btree ("market_id","account_id","to_day");--> statement-breakpoint
ALTER TABLE "bank_transaction" ADD CONSTRAINT "bank_transaction_market_id_reverses_id_bank_transaction_market_id_id_fk" FOREIGN KEY ("market_id","reverses_id") REFERENCES "public"."bank_transaction"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "connection" ADD CONSTRAINT "connection_market_id_stall_id_stall_market_id_id_fk" FOREIGN KEY ("market_id","stall_id") REFERENCES "public"."stall"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "bank_transaction_same_idx" ON "bank_transaction" USING btree ("market_id","account_id","amount_vnd","occurred_at");--> statement-breakpoint
CREATE UNIQUE INDEX "bank_transaction_reverses_key" ON "bank_transaction" USING btree ("market_id","reverses_id") WHERE "bank_transaction"."reverses_id" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "connection_account_authoritative_key" ON "connection_account" USING btree ("market_id","number","bin") WHERE "connection_account"."authoritative";--> statement-breakpoint
CREATE INDEX "feed_event_held_idx" ON "feed_event" USING btree ("market_id","held_at") WHERE "feed_event"."held" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "sighting_transaction_key" ON "sighting" USING btree ("market_id","bank_transaction_id","source");--> statement-breakpoint
ALTER TABLE "bank_transaction" ADD CONSTRAINT "bank_transaction_precision" CHECK ("bank_transaction"."precision" in ('second', 'day'));--> statement-breakpoint
ALTER TABLE "bank_transaction" ADD CONSTRAINT "bank_transaction_reverses" CHECK ("bank_transaction"."reverses_id" is null or "bank_transaction"."direction" = 'out');--> statement-breakpoint
ALTER TABLE "connection" ADD CONSTRAINT "connection_refusal" CHECK (("connection"."refused_at" is null) = ("connection"."refusal" is null));--> statement-breakpoint
ALTER TABLE "feed_event" ADD CONSTRAINT "feed_event_held" CHECK ("feed_event"."held" in ('ambiguous', 'unconfirmed', 'separate'));--> statement-breakpoint
ALTER TABLE "feed_event" ADD CONSTRAINT "feed_event_held_at" CHECK (("feed_event"."held" is null) = ("feed_event"."held_at" is null) and ("feed_event"."held" is null or "feed_event"."bank_transaction_id" is null));--> statement-breakpoint
ALTER TABLE "feed_inbox" ADD CONSTRAINT "feed_inbox_via" CHECK ("feed_inbox"."via" in ('push', 'pull', 'statement'));--> statement-breakpoint
ALTER TABLE "suspense" ADD CONSTRAINT "suspense_direction" CHECK ("suspense"."direction" in ('in', 'out'));--> statement-breakpoint
ALTER TABLE "sighting" ADD CONSTRAINT "sighting_joined_by" CHECK ("sighting"."joined_by" in ('first', 'reference', 'memo', 'count', 'person'));--> statement-breakpoint

DO $$
DECLARE
  tenant_table text;
BEGIN
  FOREACH tenant_table IN ARRAY ARRAY['connection_pull', 'statement']
  LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', tenant_table);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', tenant_table);
    EXECUTE format('CREATE POLICY market ON %I USING (market_id = nullif(current_setting(''app.market_id'', true), ''''))
                    WITH CHECK (market_id = nullif(current_setting(''app.market_id'', true), ''''))', tenant_table);
    EXECUTE format('REVOKE ALL ON %I FROM PUBLIC', tenant_table);
    EXECUTE format('GRANT SELECT ON %I TO tv_api, tv_worker', tenant_table);
  END LOOP;
END
$$;--> statement-breakpoint
REVOKE ALL ON pull_queue FROM PUBLIC;--> statement-breakpoint

-- A feed is set up, named, rebound and ended by the board or by the stall whose account it is; keys are added and expire, and
-- none is ever changed.
GRANT INSERT ON connection, connection_account, connection_secret, connection_pull, statement TO tv_api;--> statement-breakpoint
GRANT UPDATE (name, revoked_at, refused_at, refusal) ON connection TO tv_api;--> statement-breakpoint
GRANT UPDATE (authoritative), DELETE ON connection_account TO tv_api;--> statement-breakpoint
GRANT UPDATE (not_after) ON connection_secret TO tv_api;--> statement-breakpoint
GRANT UPDATE (base_url, ciphertext, every_seconds, problem, failures), DELETE ON connection_pull TO tv_api;--> statement-breakpoint
-- A person says of a telling that was held back what it is; the worker then takes its message up again.
GRANT INSERT ON sighting TO tv_api;--> statement-breakpoint
GRANT UPDATE (bank_transaction_id, held, held_at) ON feed_event TO tv_api, tv_worker;--> statement-breakpoint
-- The worker takes up again what another feed may bear out, and takes away the question that stood for it: never money.
GRANT INSERT ON inbox_queue TO tv_worker;--> statement-breakpoint
GRANT DELETE ON suspense TO tv_worker;--> statement-breakpoint
CREATE POLICY question_delete ON suspense AS RESTRICTIVE FOR DELETE TO tv_worker
  USING (not posted and status = 'open' and reason in ('ambiguous', 'unconfirmed'));--> statement-breakpoint
-- Who asks providers writes how far that went, and when to ask again.
GRANT UPDATE (read_to, asked_at, swept_at, problem, failures) ON connection_pull TO tv_worker;--> statement-breakpoint
GRANT SELECT, UPDATE, DELETE ON pull_queue TO tv_worker;--> statement-breakpoint

-- A feed that was set up is findable by its address before any market is known. Only one that is there, in the market that
-- the session is in.
CREATE FUNCTION directory_add_connections(p_market text, p_ids text[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF p_market IS NULL OR p_market IS DISTINCT FROM nullif(current_setting('app.market_id', true), '') THEN
    RAISE EXCEPTION 'directory: this session is not inside the market it names' USING ERRCODE = '42501';
  END IF;
  INSERT INTO public.directory (kind, key, market_id, object_id)
  SELECT 'connection', c.id, p_market, c.id FROM public.connection c WHERE c.market_id = p_market AND c.id = ANY (p_ids);
END
$$;--> statement-breakpoint
REVOKE ALL ON FUNCTION directory_add_connections(text, text[]) FROM PUBLIC;--> statement-breakpoint
GRANT EXECUTE ON FUNCTION directory_add_connections(text, text[]) TO tv_api;--> statement-breakpoint

-- The queues go across markets, so nobody who serves requests may write them but so: a stored message is taken up again, and a
-- feed is asked by then or sooner, in the market that the session is in.
CREATE FUNCTION inbox_requeue(p_market text, p_ids text[], p_due timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF p_market IS NULL OR p_market IS DISTINCT FROM nullif(current_setting('app.market_id', true), '') THEN
    RAISE EXCEPTION 'inbox: this session is not inside the market it names' USING ERRCODE = '42501';
  END IF;
  UPDATE public.feed_inbox f SET state = 'received', attempts = 0, problem = null
  WHERE f.market_id = p_market AND f.id = ANY (p_ids);
  INSERT INTO public.inbox_queue AS q (market_id, inbox_id, due_at)
  SELECT p_market, f.id, p_due FROM public.feed_inbox f WHERE f.market_id = p_market AND f.id = ANY (p_ids)
  ON CONFLICT (market_id, inbox_id) DO UPDATE SET due_at = least(q.due_at, excluded.due_at);
END
$$;--> statement-breakpoint
REVOKE ALL ON FUNCTION inbox_requeue(text, text[], timestamptz) FROM PUBLIC;--> statement-breakpoint
GRANT EXECUTE ON FUNCTION inbox_requeue(text, text[], timestamptz) TO tv_api;--> statement-breakpoint
CREATE FUNCTION pull_schedule(p_market text, p_connection text, p_due timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF p_market IS NULL OR p_market IS DISTINCT FROM nullif(current_setting('app.market_id', true), '') THEN
    RAISE EXCEPTION 'pull: this session is not inside the market it names' USING ERRCODE = '42501';
  END IF;
  INSERT INTO public.pull_queue AS q (market_id, connection_id, due_at)
  SELECT p.market_id, p.connection_id, p_due FROM public.connection_pull p
  WHERE p.market_id = p_market AND p.connection_id = p_connection
  ON CONFLICT (market_id, connection_id) DO UPDATE SET due_at = least(q.due_at, excluded.due_at);
END
$$;--> statement-breakpoint
REVOKE ALL ON FUNCTION pull_schedule(text, text, timestamptz) FROM PUBLIC;--> statement-breakpoint
GRANT EXECUTE ON FUNCTION pull_schedule(text, text, timestamptz) TO tv_api;--> statement-breakpoint

-- What we fetched and what people brought are stored like what was sent to us, and go the same way from there.
DROP FUNCTION intake_store(text[], text[], text[], text[], text[], text[], bytea[], bytea[], jsonb[], timestamptz[]);--> statement-breakpoint
CREATE FUNCTION intake_store(
  p_market_ids text[], p_ids text[], p_connection_ids text[], p_providers text[], p_key_ids text[],
  p_content_types text[], p_raw_bodies bytea[], p_body_hashes bytea[], p_proofs jsonb[], p_received_at timestamptz[],
  p_vias text[]
) RETURNS SETOF text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  entered text;
BEGIN
  FOR entered IN SELECT DISTINCT unnest(p_market_ids)
  LOOP
    -- In a block of its own, so that Citus carries it to the other nodes (which it does with SET LOCAL alone, and only inside
    -- a transaction block).
    EXECUTE format('DO %L', format('BEGIN SET LOCAL app.market_id = %L; END', entered));
    RETURN QUERY
    WITH stored AS (
      INSERT INTO public.feed_inbox AS f
        (market_id, id, connection_id, provider, key_id, content_type, raw_body, body_hash, proof, received_at, via)
      SELECT m.market_id, m.id, m.connection_id, m.provider, m.key_id, m.content_type, m.raw_body, m.body_hash, m.proof,
        m.received_at, m.via
      FROM unnest(p_market_ids, p_ids, p_connection_ids, p_providers, p_key_ids, p_content_types, p_raw_bodies,
                  p_body_hashes, p_proofs, p_received_at, p_vias)
        AS m (market_id, id, connection_id, provider, key_id, content_type, raw_body, body_hash, proof, received_at, via)
      JOIN public.directory d ON d.kind = 'connection' AND d.key = m.connection_id AND d.market_id = m.market_id
      WHERE m.market_id = entered
      ON CONFLICT DO NOTHING
      RETURNING f.market_id, f.id, f.received_at
    )
    INSERT INTO public.inbox_queue AS q (market_id, inbox_id, due_at)
    SELECT s.market_id, s.id, s.received_at FROM stored s
    RETURNING q.inbox_id;
  END LOOP;
  DO 'BEGIN SET LOCAL app.market_id = ''''; END';
END
$$;--> statement-breakpoint
REVOKE ALL ON FUNCTION intake_store(text[], text[], text[], text[], text[], text[], bytea[], bytea[], jsonb[], timestamptz[], text[]) FROM PUBLIC;--> statement-breakpoint
GRANT EXECUTE ON FUNCTION intake_store(text[], text[], text[], text[], text[], text[], bytea[], bytea[], jsonb[], timestamptz[], text[]) TO tv_api, tv_worker;
