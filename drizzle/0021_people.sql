-- Devices that a person has logged in with, and one-time codes that bring a person to a phone. Whoever was logged in logs in once
-- more: a session belongs to a device from now on, and those before have none.
TRUNCATE session;--> statement-breakpoint
CREATE TABLE "enrolment" (
	"market_id" text NOT NULL,
	"id" text NOT NULL,
	"kind" text NOT NULL,
	"stall_id" text NOT NULL,
	"user_id" text,
	"code_hash" "bytea" NOT NULL,
	"made_by" text NOT NULL,
	"made_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"used_at" timestamp with time zone,
	"revoked_at" timestamp with time zone,
	CONSTRAINT "enrolment_market_id_id_pk" PRIMARY KEY("market_id","id"),
	CONSTRAINT "enrolment_code_key" UNIQUE("market_id","code_hash"),
	CONSTRAINT "enrolment_kind" CHECK ("enrolment"."kind" in ('holder', 'helper')),
	CONSTRAINT "enrolment_person" CHECK ("enrolment"."user_id" is not null or ("enrolment"."kind" = 'helper' and "enrolment"."used_at" is null)),
	CONSTRAINT "enrolment_once" CHECK ("enrolment"."used_at" is null or "enrolment"."revoked_at" is null),
	CONSTRAINT "enrolment_in_time" CHECK ("enrolment"."expires_at" > "enrolment"."made_at" and ("enrolment"."used_at" is null or "enrolment"."used_at" < "enrolment"."expires_at"))
);
--> statement-breakpoint
CREATE TABLE "device" (
	"market_id" text NOT NULL,
	"id" text NOT NULL,
	"user_id" text NOT NULL,
	"token_hash" "bytea" NOT NULL,
	"name" text,
	"created_at" timestamp with time zone NOT NULL,
	"last_seen_at" timestamp with time zone NOT NULL,
	"revoked_at" timestamp with time zone,
	"failed_count" integer DEFAULT 0 NOT NULL,
	"locked_until" timestamp with time zone,
	CONSTRAINT "device_market_id_id_pk" PRIMARY KEY("market_id","id"),
	CONSTRAINT "device_token_key" UNIQUE("market_id","token_hash"),
	CONSTRAINT "device_user_key" UNIQUE("market_id","user_id","id")
);
--> statement-breakpoint
ALTER TABLE "app_user" ALTER COLUMN "secret_hash" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "app_user" ADD COLUMN "holder_id" text;--> statement-breakpoint
ALTER TABLE "app_user" ADD COLUMN "removed_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "session" ADD COLUMN "device_id" text NOT NULL;--> statement-breakpoint
ALTER TABLE "enrolment" ADD CONSTRAINT "enrolment_market_id_stall_id_stall_market_id_id_fk" FOREIGN KEY ("market_id","stall_id") REFERENCES "public"."stall"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "enrolment" ADD CONSTRAINT "enrolment_market_id_user_id_app_user_market_id_id_fk" FOREIGN KEY ("market_id","user_id") REFERENCES "public"."app_user"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "enrolment" ADD CONSTRAINT "enrolment_made_by_fk" FOREIGN KEY ("market_id","made_by") REFERENCES "public"."app_user"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "device" ADD CONSTRAINT "device_market_id_user_id_app_user_market_id_id_fk" FOREIGN KEY ("market_id","user_id") REFERENCES "public"."app_user"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "enrolment_open_key" ON "enrolment" USING btree ("market_id","stall_id","kind") WHERE "enrolment"."used_at" is null and "enrolment"."revoked_at" is null;--> statement-breakpoint
ALTER TABLE "app_user" ADD CONSTRAINT "app_user_market_id_holder_id_stallholder_market_id_id_fk" FOREIGN KEY ("market_id","holder_id") REFERENCES "public"."stallholder"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "session" ADD CONSTRAINT "session_device_fk" FOREIGN KEY ("market_id","user_id","device_id") REFERENCES "public"."device"("market_id","user_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "session" ADD CONSTRAINT "session_device_key" UNIQUE("market_id","device_id");--> statement-breakpoint

DO $$
DECLARE
  t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['device', 'enrolment']
  LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format($p$CREATE POLICY market ON %I USING (market_id = nullif(current_setting('app.market_id', true), ''))
      WITH CHECK (market_id = nullif(current_setting('app.market_id', true), ''))$p$, t);
    EXECUTE format('REVOKE ALL ON %I FROM PUBLIC', t);
  END LOOP;
END
$$;--> statement-breakpoint
GRANT SELECT, INSERT ON device, enrolment TO tv_api;--> statement-breakpoint
GRANT UPDATE (last_seen_at, revoked_at, failed_count, locked_until) ON device TO tv_api;--> statement-breakpoint
GRANT UPDATE (user_id, used_at, revoked_at) ON enrolment TO tv_api;--> statement-breakpoint
GRANT SELECT, DELETE ON device TO tv_worker;--> statement-breakpoint
-- A phone that was thrown out does not come back, and a code that was used or called off opens nothing again.
CREATE POLICY not_revoked ON device AS RESTRICTIVE FOR UPDATE TO tv_api USING (revoked_at IS NULL) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY still_open ON enrolment AS RESTRICTIVE FOR UPDATE TO tv_api
  USING (used_at IS NULL AND revoked_at IS NULL) WITH CHECK (true);--> statement-breakpoint

-- Of who was there before, whom a log-in is for is known where one contract binds and one of its people has that phone; of the
-- others nobody says it.
ALTER TABLE app_user NO FORCE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE contract NO FORCE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE stallholder NO FORCE ROW LEVEL SECURITY;--> statement-breakpoint
UPDATE app_user u SET holder_id = one.holder_id FROM (
  SELECT k.market_id, k.stall_id, h.phone, min(h.id) AS holder_id FROM contract k
  JOIN stallholder h ON h.market_id = k.market_id AND h.id IN (k.stallholder_id, k.seller_id)
  WHERE k.ended_on IS NULL AND NOT EXISTS (
    SELECT FROM contract o WHERE o.market_id = k.market_id AND o.stall_id = k.stall_id AND o.ended_on IS NULL AND o.id <> k.id)
  GROUP BY k.market_id, k.stall_id, h.phone HAVING count(DISTINCT h.id) = 1) one
WHERE u.role = 'stallholder' AND u.market_id = one.market_id AND u.stall_id = one.stall_id AND u.login = one.phone;--> statement-breakpoint
ALTER TABLE app_user FORCE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE contract FORCE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE stallholder FORCE ROW LEVEL SECURITY;--> statement-breakpoint

GRANT INSERT ON app_user TO tv_api;--> statement-breakpoint
GRANT UPDATE (login, name, holder_id, secret_hash, removed_at) ON app_user TO tv_api;--> statement-breakpoint

-- A code is found by its digest before any market is known, and a person by the login that they took: one of theirs at a time,
-- and the first who has it keeps it.
CREATE FUNCTION directory_add_enrolment(p_market text, p_id text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF p_market IS NULL OR p_market IS DISTINCT FROM nullif(current_setting('app.market_id', true), '') THEN
    RAISE EXCEPTION 'directory: this session is not inside the market it names' USING ERRCODE = '42501';
  END IF;
  INSERT INTO public.directory (kind, key, market_id, object_id)
  SELECT 'enrolment', encode(e.code_hash, 'hex'), p_market, e.id FROM public.enrolment e
  WHERE e.market_id = p_market AND e.id = p_id;
END
$$;--> statement-breakpoint
REVOKE ALL ON FUNCTION directory_add_enrolment(text, text) FROM PUBLIC;--> statement-breakpoint
GRANT EXECUTE ON FUNCTION directory_add_enrolment(text, text) TO tv_api;--> statement-breakpoint
CREATE FUNCTION directory_set_login(p_market text, p_user text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF p_market IS NULL OR p_market IS DISTINCT FROM nullif(current_setting('app.market_id', true), '') THEN
    RAISE EXCEPTION 'directory: this session is not inside the market it names' USING ERRCODE = '42501';
  END IF;
  DELETE FROM public.directory WHERE kind = 'login' AND market_id = p_market AND object_id = p_user;
  INSERT INTO public.directory (kind, key, market_id, object_id)
  SELECT 'login', u.login, p_market, u.id FROM public.app_user u
  WHERE u.market_id = p_market AND u.id = p_user AND u.removed_at IS NULL;
END
$$;--> statement-breakpoint
REVOKE ALL ON FUNCTION directory_set_login(text, text) FROM PUBLIC;--> statement-breakpoint
GRANT EXECUTE ON FUNCTION directory_set_login(text, text) TO tv_api;
