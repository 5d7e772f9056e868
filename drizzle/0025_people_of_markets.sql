-- Keys by which programs read a market, and people who work in more than one: each membership is the market's own row, and which
-- markets a person has is looked up beside the directory, for her own session alone.
CREATE TABLE "api_key" (
	"market_id" text NOT NULL,
	"id" text NOT NULL,
	"name" text NOT NULL,
	"token_hash" "bytea" NOT NULL,
	"permissions" text[] NOT NULL,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"revoked_by" text,
	"revoked_at" timestamp with time zone,
	"last_used_hour" timestamp with time zone,
	CONSTRAINT "api_key_market_id_id_pk" PRIMARY KEY("market_id","id"),
	CONSTRAINT "api_key_permissions" CHECK (cardinality("api_key"."permissions") > 0 and "api_key"."permissions" <@ array['stalls.list', 'overview.read', 'sales.read', 'charges.read', 'rounds.read', 'register.read', 'readings.read', 'handovers.read', 'arrears.read', 'reports.read', 'ledger.read', 'ledger.export', 'suspense.read', 'refunds.read', 'reconciliation.read', 'receipts.invoice']),
	CONSTRAINT "api_key_span" CHECK ("api_key"."expires_at" > "api_key"."created_at" and "api_key"."expires_at" <= "api_key"."created_at" + interval '366 days'),
	CONSTRAINT "api_key_revoked" CHECK (("api_key"."revoked_by" is null) = ("api_key"."revoked_at" is null)),
	CONSTRAINT "api_key_hash" CHECK (octet_length("api_key"."token_hash") = 32)
);
--> statement-breakpoint
CREATE TABLE "membership" (
	"market_id" text NOT NULL,
	"id" text NOT NULL,
	"login" text NOT NULL,
	"name" text NOT NULL,
	"role" text NOT NULL,
	"stall_id" text,
	"user_id" text NOT NULL,
	"invited_by" text NOT NULL,
	"invited_at" timestamp with time zone NOT NULL,
	"accepted_at" timestamp with time zone,
	"ended_by" text,
	"ended_at" timestamp with time zone,
	CONSTRAINT "membership_market_id_id_pk" PRIMARY KEY("market_id","id"),
	CONSTRAINT "membership_stall" CHECK (("membership"."role" in ('stallholder', 'helper')) = ("membership"."stall_id" is not null)),
	CONSTRAINT "membership_ended" CHECK ("membership"."ended_by" is null or "membership"."ended_at" is not null)
);
--> statement-breakpoint
CREATE TABLE "person_market" (
	"login" text NOT NULL,
	"market_id" text NOT NULL,
	"membership_id" text NOT NULL,
	"user_id" text NOT NULL,
	"home_market_id" text,
	"home_user_id" text,
	CONSTRAINT "person_market_login_market_id_pk" PRIMARY KEY("login","market_id"),
	CONSTRAINT "person_market_membership_key" UNIQUE("market_id","membership_id"),
	CONSTRAINT "person_market_home" CHECK (("person_market"."home_market_id" is null) = ("person_market"."home_user_id" is null)),
	CONSTRAINT "person_market_elsewhere" CHECK ("person_market"."home_market_id" is distinct from "person_market"."market_id")
);
--> statement-breakpoint
ALTER TABLE "api_key" ADD CONSTRAINT "api_key_market_id_created_by_app_user_market_id_id_fk" FOREIGN KEY ("market_id","created_by") REFERENCES "public"."app_user"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "membership" ADD CONSTRAINT "membership_market_id_stall_id_stall_market_id_id_fk" FOREIGN KEY ("market_id","stall_id") REFERENCES "public"."stall"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "membership_login_key" ON "membership" USING btree ("market_id","login") WHERE "membership"."ended_at" is null;--> statement-breakpoint
CREATE INDEX "person_market_home_idx" ON "person_market" USING btree ("home_market_id","home_user_id");--> statement-breakpoint

DO $$
DECLARE
  tenant_table text;
BEGIN
  FOREACH tenant_table IN ARRAY ARRAY['api_key', 'membership']
  LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', tenant_table);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', tenant_table);
    EXECUTE format('CREATE POLICY market ON %I USING (market_id = nullif(current_setting(''app.market_id'', true), ''''))
                    WITH CHECK (market_id = nullif(current_setting(''app.market_id'', true), ''''))', tenant_table);
    EXECUTE format('REVOKE ALL ON %I FROM PUBLIC', tenant_table);
  END LOOP;
END
$$;--> statement-breakpoint
REVOKE ALL ON person_market FROM PUBLIC;--> statement-breakpoint

GRANT SELECT, INSERT ON api_key TO tv_api;--> statement-breakpoint
GRANT UPDATE (revoked_by, revoked_at, last_used_hour) ON api_key TO tv_api;--> statement-breakpoint
-- A key that was revoked stays so, whoever asks.
CREATE POLICY live_only ON api_key AS RESTRICTIVE FOR UPDATE TO tv_api USING (revoked_at IS NULL) WITH CHECK (true);--> statement-breakpoint

GRANT SELECT, INSERT ON membership TO tv_api;--> statement-breakpoint
GRANT UPDATE (accepted_at, ended_by, ended_at) ON membership TO tv_api;--> statement-breakpoint
CREATE POLICY open_only ON membership AS RESTRICTIVE FOR UPDATE TO tv_api USING (ended_at IS NULL) WITH CHECK (true);--> statement-breakpoint
-- Whoever accepts gets a row of the market's people; who comes back may come as something else.
GRANT INSERT ON app_user TO tv_api;--> statement-breakpoint
GRANT UPDATE (role, name, stall_id) ON app_user TO tv_api;--> statement-breakpoint

-- A market asks somebody to work in it. Whether there is such a login is not told: it may belong to any market.
CREATE FUNCTION person_invite(p_market text, p_membership text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  asked record;
BEGIN
  IF p_market IS NULL OR p_market IS DISTINCT FROM nullif(current_setting('app.market_id', true), '') THEN
    RAISE EXCEPTION 'person: this session is not inside the market it names' USING ERRCODE = '42501';
  END IF;
  SELECT m.login, m.user_id INTO STRICT asked FROM public.membership m
    WHERE m.market_id = p_market AND m.id = p_membership AND m.ended_at IS NULL;
  INSERT INTO public.person_market (login, market_id, membership_id, user_id)
    VALUES (asked.login, p_market, p_membership, asked.user_id);
END
$$;--> statement-breakpoint

-- The market ends it, or takes the question back.
CREATE FUNCTION person_end(p_market text, p_membership text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF p_market IS NULL OR p_market IS DISTINCT FROM nullif(current_setting('app.market_id', true), '') THEN
    RAISE EXCEPTION 'person: this session is not inside the market it names' USING ERRCODE = '42501';
  END IF;
  DELETE FROM public.person_market p WHERE p.market_id = p_market AND p.membership_id = p_membership;
END
$$;--> statement-breakpoint

-- The markets of whoever holds this session and of nobody else: her own by her login, those she has accepted, and those that
-- ask her. A session of another market, or of somebody whose membership has ended, has none.
CREATE FUNCTION person_markets(p_market text, p_token_hash bytea)
RETURNS TABLE (market_id text, user_id text, membership_id text, state text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  me record;
  home record;
BEGIN
  IF p_market IS NULL OR p_market IS DISTINCT FROM nullif(current_setting('app.market_id', true), '') THEN
    RAISE EXCEPTION 'person: this session is not inside the market it names' USING ERRCODE = '42501';
  END IF;
  SELECT u.id, u.login INTO me FROM public.session s
    JOIN public.app_user u ON u.market_id = s.market_id AND u.id = s.user_id
    WHERE s.market_id = p_market AND s.token_hash = p_token_hash;
  IF NOT FOUND THEN RETURN; END IF;
  SELECT d.market_id, d.object_id INTO home FROM public.directory d WHERE d.kind = 'login' AND d.key = me.login;
  IF NOT FOUND THEN RETURN; END IF;
  IF (home.market_id, home.object_id) IS DISTINCT FROM (p_market, me.id) AND NOT EXISTS (
    SELECT FROM public.person_market p WHERE p.market_id = p_market AND p.user_id = me.id
      AND p.home_market_id = home.market_id AND p.home_user_id = home.object_id
  ) THEN RETURN; END IF;
  RETURN QUERY
    SELECT home.market_id, home.object_id, NULL::text, 'home'
    UNION ALL
    SELECT p.market_id, p.user_id, p.membership_id, 'member' FROM public.person_market p
      WHERE p.home_market_id = home.market_id AND p.home_user_id = home.object_id
    UNION ALL
    SELECT p.market_id, p.user_id, p.membership_id, 'invited' FROM public.person_market p
      WHERE p.login = me.login AND p.home_market_id IS NULL AND p.market_id <> home.market_id;
END
$$;--> statement-breakpoint

-- Whoever holds this session answers a market that asks her. True when it still did.
CREATE FUNCTION person_answer(p_market text, p_token_hash bytea, p_membership text, p_accept boolean) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  asked record;
  home record;
BEGIN
  IF p_market IS NULL OR p_market IS DISTINCT FROM nullif(current_setting('app.market_id', true), '') THEN
    RAISE EXCEPTION 'person: this session is not inside the market it names' USING ERRCODE = '42501';
  END IF;
  SELECT m.market_id INTO asked FROM public.person_markets(p_market, p_token_hash) m
    WHERE m.membership_id = p_membership AND m.state = 'invited';
  IF NOT FOUND THEN RETURN false; END IF;
  IF NOT p_accept THEN
    DELETE FROM public.person_market p
      WHERE p.market_id = asked.market_id AND p.membership_id = p_membership AND p.home_market_id IS NULL;
    RETURN FOUND;
  END IF;
  SELECT m.market_id, m.user_id INTO home FROM public.person_markets(p_market, p_token_hash) m WHERE m.state = 'home';
  UPDATE public.person_market p SET home_market_id = home.market_id, home_user_id = home.user_id
    WHERE p.market_id = asked.market_id AND p.membership_id = p_membership AND p.home_market_id IS NULL;
  RETURN FOUND;
END
$$;--> statement-breakpoint

REVOKE ALL ON FUNCTION person_invite(text, text), person_end(text, text), person_markets(text, bytea),
  person_answer(text, bytea, text, boolean) FROM PUBLIC;--> statement-breakpoint
GRANT EXECUTE ON FUNCTION person_invite(text, text), person_end(text, text), person_markets(text, bytea),
  person_answer(text, bytea, text, boolean) TO tv_api;
