CREATE TABLE "audit_entry" (
	"market_id" text NOT NULL,
	"seq" bigint NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"actor_id" text,
	"actor_role" text NOT NULL,
	"action" text NOT NULL,
	"object_kind" text NOT NULL,
	"object_id" text NOT NULL,
	"stall_id" text,
	"request_id" text,
	"route" text,
	"origin" text,
	"session_id" text,
	"before" text,
	"after" text,
	"hash_ver" integer NOT NULL,
	"prev_hash" "bytea" NOT NULL,
	"hash" "bytea" NOT NULL,
	CONSTRAINT "audit_entry_market_id_seq_pk" PRIMARY KEY("market_id","seq"),
	CONSTRAINT "audit_entry_hash" CHECK (octet_length("audit_entry"."hash") = 32 and octet_length("audit_entry"."prev_hash") = 32),
	CONSTRAINT "audit_entry_actor" CHECK (("audit_entry"."actor_id" is null) = ("audit_entry"."actor_role" in ('unknown', 'worker', 'system')))
);
--> statement-breakpoint
CREATE TABLE "audit_head" (
	"market_id" text PRIMARY KEY NOT NULL,
	"last_seq" bigint NOT NULL,
	"hash" "bytea" NOT NULL,
	CONSTRAINT "audit_head_hash" CHECK (octet_length("audit_head"."hash") = 32 and "audit_head"."last_seq" >= 0)
);
--> statement-breakpoint
CREATE TABLE "audit_value" (
	"market_id" text NOT NULL,
	"seq" bigint NOT NULL,
	"path" text NOT NULL,
	"about" text NOT NULL,
	"salt" "bytea",
	"value" text,
	"erased_at" timestamp with time zone,
	CONSTRAINT "audit_value_market_id_seq_path_pk" PRIMARY KEY("market_id","seq","path"),
	CONSTRAINT "audit_value_erased" CHECK (num_nulls("audit_value"."salt", "audit_value"."value") = case when "audit_value"."erased_at" is null then 0 else 2 end)
);
--> statement-breakpoint
ALTER TABLE "audit_value" ADD CONSTRAINT "audit_value_market_id_seq_audit_entry_market_id_seq_fk" FOREIGN KEY ("market_id","seq") REFERENCES "public"."audit_entry"("market_id","seq") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "audit_entry_at_idx" ON "audit_entry" USING btree ("market_id","at");--> statement-breakpoint
CREATE INDEX "audit_entry_actor_idx" ON "audit_entry" USING btree ("market_id","actor_id","seq");--> statement-breakpoint
CREATE INDEX "audit_entry_object_idx" ON "audit_entry" USING btree ("market_id","object_id","seq");--> statement-breakpoint
CREATE INDEX "audit_value_about_idx" ON "audit_value" USING btree ("market_id","about");--> statement-breakpoint

-- The trail of what people did: rows of a market that no role of the service may write, change or take away.
ALTER TABLE audit_head ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE audit_head FORCE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE POLICY market ON audit_head USING (market_id = nullif(current_setting('app.market_id', true), ''))
  WITH CHECK (market_id = nullif(current_setting('app.market_id', true), ''));--> statement-breakpoint
REVOKE ALL ON audit_head FROM PUBLIC, tv_api, tv_worker;--> statement-breakpoint
GRANT SELECT ON audit_head TO tv_api, tv_worker;--> statement-breakpoint
ALTER TABLE audit_entry ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE audit_entry FORCE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE POLICY market ON audit_entry USING (market_id = nullif(current_setting('app.market_id', true), ''))
  WITH CHECK (market_id = nullif(current_setting('app.market_id', true), ''));--> statement-breakpoint
REVOKE ALL ON audit_entry FROM PUBLIC, tv_api, tv_worker;--> statement-breakpoint
GRANT SELECT ON audit_entry TO tv_api, tv_worker;--> statement-breakpoint
ALTER TABLE audit_value ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE audit_value FORCE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE POLICY market ON audit_value USING (market_id = nullif(current_setting('app.market_id', true), ''))
  WITH CHECK (market_id = nullif(current_setting('app.market_id', true), ''));--> statement-breakpoint
REVOKE ALL ON audit_value FROM PUBLIC, tv_api, tv_worker;--> statement-breakpoint
GRANT SELECT ON audit_value TO tv_api, tv_worker;--> statement-breakpoint

-- Text as the hashes read it: its length in bytes (4 bytes, big-endian; -1 for none), then its UTF-8 bytes.
CREATE FUNCTION audit_bytes(p_text text) RETURNS bytea
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT coalesce(int4send(octet_length(p_text)) || convert_to(p_text, 'UTF8'), int4send(-1))
$$;--> statement-breakpoint
REVOKE ALL ON FUNCTION audit_bytes(text) FROM PUBLIC;--> statement-breakpoint

-- Adds one entry to the trail of the session's market, with the personal values that its digests stand for, and answers its
-- number. The last statement before COMMIT: what one person does waits here for what another one did, and for nothing else.
CREATE FUNCTION audit_append(
  p_market text, p_at timestamptz, p_actor text, p_role text, p_action text, p_object_kind text, p_object_id text, p_stall text,
  p_request text, p_route text, p_origin text, p_session text, p_before text, p_after text,
  p_paths text[], p_about text[], p_salts bytea[], p_values text[]
) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  v_head audit_head;
  v_at timestamptz := date_trunc('milliseconds', p_at);
  v_hash bytea;
BEGIN
  IF p_market IS NULL OR p_market IS DISTINCT FROM nullif(current_setting('app.market_id', true), '') THEN
    RAISE EXCEPTION 'audit: this session is not inside the market it names' USING ERRCODE = '42501';
  END IF;
  IF jsonb_typeof(p_before::jsonb) <> 'object' OR jsonb_typeof(p_after::jsonb) <> 'object' THEN
    RAISE EXCEPTION 'audit: what was before and after are objects' USING ERRCODE = '22023';
  END IF;
  -- A value lies beside the entry only if the entry holds its digest: sha256(salt, 'V', version 1, path, value).
  IF EXISTS (
    SELECT FROM unnest(p_paths, p_salts, p_values) AS v (path, salt, value)
    WHERE coalesce(strpos(concat(p_origin, p_before, p_after),
      encode(sha256(v.salt || '\x5601'::bytea || audit_bytes(v.path) || audit_bytes(v.value)), 'hex')), 0) = 0
  ) THEN
    RAISE EXCEPTION 'audit: a value has no digest in its entry' USING ERRCODE = '22023';
  END IF;

  INSERT INTO audit_head (market_id, last_seq, hash) VALUES (p_market, 0, decode(repeat('00', 32), 'hex')) ON CONFLICT DO NOTHING;
  -- A statement of its own: what comes after it sees what the last writer committed.
  SELECT * INTO v_head FROM audit_head WHERE market_id = p_market FOR UPDATE;
  -- 'A', version 1, market, number, time, then the texts in the order of the table, then the hash of the entry before.
  v_hash := sha256('\x4101'::bytea || audit_bytes(p_market) || int8send(v_head.last_seq + 1) || timestamptz_send(v_at)
    || audit_bytes(p_actor) || audit_bytes(p_role) || audit_bytes(p_action) || audit_bytes(p_object_kind)
    || audit_bytes(p_object_id) || audit_bytes(p_stall) || audit_bytes(p_request) || audit_bytes(p_route)
    || audit_bytes(p_origin) || audit_bytes(p_session) || audit_bytes(p_before) || audit_bytes(p_after) || v_head.hash);
  INSERT INTO audit_entry (market_id, seq, at, actor_id, actor_role, action, object_kind, object_id, stall_id, request_id, route,
    origin, session_id, before, after, hash_ver, prev_hash, hash)
  VALUES (p_market, v_head.last_seq + 1, v_at, p_actor, p_role, p_action, p_object_kind, p_object_id, p_stall, p_request, p_route,
    p_origin, p_session, p_before, p_after, 1, v_head.hash, v_hash);
  INSERT INTO audit_value (market_id, seq, path, about, salt, value)
  SELECT p_market, v_head.last_seq + 1, v.path, v.about, v.salt, v.value
  FROM unnest(p_paths, p_about, p_salts, p_values) AS v (path, about, salt, value);
  UPDATE audit_head SET last_seq = v_head.last_seq + 1, hash = v_hash WHERE market_id = p_market;
  RETURN v_head.last_seq + 1;
END
$$;--> statement-breakpoint
REVOKE ALL ON FUNCTION audit_append(text, timestamptz, text, text, text, text, text, text, text, text, text, text, text, text, text[], text[], bytea[], text[]) FROM PUBLIC;--> statement-breakpoint
GRANT EXECUTE ON FUNCTION audit_append(text, timestamptz, text, text, text, text, text, text, text, text, text, text, text, text, text[], text[], bytea[], text[]) TO tv_api, tv_worker;--> statement-breakpoint

-- Erases the personal values about somebody or something (null: about anybody) that were written before a moment; the entries
-- stay, and the chain with them. Answers how many there were.
CREATE FUNCTION audit_erase(p_market text, p_about text, p_before timestamptz, p_at timestamptz) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  v_count bigint;
BEGIN
  IF p_market IS NULL OR p_market IS DISTINCT FROM nullif(current_setting('app.market_id', true), '') THEN
    RAISE EXCEPTION 'audit: this session is not inside the market it names' USING ERRCODE = '42501';
  END IF;
  UPDATE audit_value AS v SET salt = NULL, value = NULL, erased_at = p_at
  WHERE v.market_id = p_market AND v.erased_at IS NULL AND (p_about IS NULL OR v.about = p_about)
    AND EXISTS (SELECT FROM audit_entry AS e WHERE e.market_id = p_market AND e.seq = v.seq AND e.at < p_before);
  GET DIAGNOSTICS v_count = ROW_COUNT;
  RETURN v_count;
END
$$;--> statement-breakpoint
REVOKE ALL ON FUNCTION audit_erase(text, text, timestamptz, timestamptz) FROM PUBLIC;--> statement-breakpoint
GRANT EXECUTE ON FUNCTION audit_erase(text, text, timestamptz, timestamptz) TO tv_worker;
