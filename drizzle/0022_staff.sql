-- The board's people: the second step of their log-in, their set-up, what is handed on for a time; and who may do what with
-- the same money, by keys and checks: what waits for a second person names who decided, a day's cash is taken, counted and
-- signed for by three.
CREATE TABLE "cash_duty" (
	"market_id" text NOT NULL,
	"day" date NOT NULL,
	"user_id" text NOT NULL,
	"duty" text NOT NULL,
	CONSTRAINT "cash_duty_market_id_day_user_id_pk" PRIMARY KEY("market_id","day","user_id"),
	CONSTRAINT "cash_duty_key" UNIQUE("market_id","day","user_id","duty"),
	CONSTRAINT "cash_duty_kind" CHECK ("cash_duty"."duty" in ('collect', 'count', 'account'))
);--> statement-breakpoint
CREATE TABLE "delegation" (
	"market_id" text NOT NULL,
	"id" text NOT NULL,
	"permission" text NOT NULL,
	"from_user_id" text NOT NULL,
	"to_user_id" text NOT NULL,
	"from_day" date NOT NULL,
	"until_day" date NOT NULL,
	"made_at" timestamp with time zone NOT NULL,
	"ended_at" timestamp with time zone,
	"ended_by" text,
	CONSTRAINT "delegation_market_id_id_pk" PRIMARY KEY("market_id","id"),
	CONSTRAINT "delegation_two_people" CHECK ("delegation"."from_user_id" <> "delegation"."to_user_id"),
	CONSTRAINT "delegation_days" CHECK ("delegation"."until_day" >= "delegation"."from_day" and "delegation"."until_day" <= "delegation"."from_day" + 92),
	CONSTRAINT "delegation_ended" CHECK (("delegation"."ended_at" is null) = ("delegation"."ended_by" is null)),
	CONSTRAINT "delegation_permission" CHECK ("delegation"."permission" in ('charges.approve', 'suspense.approve', 'reconciliation.approve', 'ledger.close', 'disputes.answer'))
);--> statement-breakpoint
CREATE TABLE "recovery_code" (
	"market_id" text NOT NULL,
	"user_id" text NOT NULL,
	"code_hash" "bytea" NOT NULL,
	"used_at" timestamp with time zone,
	CONSTRAINT "recovery_code_market_id_user_id_code_hash_pk" PRIMARY KEY("market_id","user_id","code_hash")
);--> statement-breakpoint
CREATE TABLE "set_up_code" (
	"market_id" text NOT NULL,
	"user_id" text NOT NULL,
	"code_hash" "bytea" NOT NULL,
	"made_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	CONSTRAINT "set_up_code_market_id_user_id_pk" PRIMARY KEY("market_id","user_id"),
	CONSTRAINT "set_up_code_days" CHECK ("set_up_code"."expires_at" > "set_up_code"."made_at" and "set_up_code"."expires_at" <= "set_up_code"."made_at" + interval '72 hours')
);--> statement-breakpoint
CREATE TABLE "staff_note" (
	"market_id" text NOT NULL,
	"id" text NOT NULL,
	"user_id" text NOT NULL,
	"what" text NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"by_user_id" text,
	"reason" text,
	CONSTRAINT "staff_note_market_id_id_pk" PRIMARY KEY("market_id","id"),
	CONSTRAINT "staff_note_what" CHECK ("staff_note"."what" in ('added', 'role_changed', 'ended', 'code_made', 'set_up', 'totp_on', 'totp_off')),
	CONSTRAINT "staff_note_other" CHECK ("staff_note"."what" in ('set_up', 'totp_on') or "staff_note"."by_user_id" is null or "staff_note"."by_user_id" <> "staff_note"."user_id"),
	CONSTRAINT "staff_note_reason" CHECK ("staff_note"."what" <> 'totp_off' or "staff_note"."reason" is not null)
);--> statement-breakpoint
CREATE TABLE "totp" (
	"market_id" text NOT NULL,
	"user_id" text NOT NULL,
	"ciphertext" "bytea" NOT NULL,
	"begun_at" timestamp with time zone NOT NULL,
	"confirmed_at" timestamp with time zone,
	"last_step" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "totp_market_id_user_id_pk" PRIMARY KEY("market_id","user_id")
);--> statement-breakpoint
ALTER TABLE "day_sign_off" DROP CONSTRAINT "day_sign_off_market_id_approval_id_approval_market_id_id_fk";--> statement-breakpoint
ALTER TABLE "suspense_resolution" DROP CONSTRAINT "suspense_resolution_market_id_approval_id_approval_market_id_id_fk";--> statement-breakpoint
ALTER TABLE "billing_round" ADD COLUMN "approved_by" text;--> statement-breakpoint
ALTER TABLE "billing_round" ADD COLUMN "close_approval_id" text;--> statement-breakpoint
ALTER TABLE "billing_round" ADD COLUMN "closed_by" text;--> statement-breakpoint
ALTER TABLE "charge_change" ADD COLUMN "approved_by" text;--> statement-breakpoint
ALTER TABLE "collection" ADD COLUMN "duty" text DEFAULT 'collect' NOT NULL;--> statement-breakpoint
ALTER TABLE "day_ticket" ADD COLUMN "duty" text DEFAULT 'collect' NOT NULL;--> statement-breakpoint
ALTER TABLE "handover" ADD COLUMN "cashier_duty" text DEFAULT 'count' NOT NULL;--> statement-breakpoint
ALTER TABLE "app_user" ADD COLUMN "zone_id" text;--> statement-breakpoint
ALTER TABLE "day_sign_off" ADD COLUMN "duty" text DEFAULT 'account' NOT NULL;--> statement-breakpoint
ALTER TABLE "suspense_resolution" ADD COLUMN "approved_by" text;--> statement-breakpoint
ALTER TABLE "approval" ADD CONSTRAINT "approval_proposer_key" UNIQUE("market_id","id","proposed_by");--> statement-breakpoint
ALTER TABLE "approval" ADD CONSTRAINT "approval_approver_key" UNIQUE("market_id","id","approved_by");--> statement-breakpoint
ALTER TABLE collection NO FORCE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE day_ticket NO FORCE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE handover NO FORCE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE day_sign_off NO FORCE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE approval NO FORCE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE billing_round NO FORCE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE charge_change NO FORCE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE suspense_resolution NO FORCE ROW LEVEL SECURITY;--> statement-breakpoint
-- What was done before, by the first of a day's duties that somebody had. Where one person had two, the old rows stay as they
-- are: what holds from here on is NOT VALID for them.
INSERT INTO cash_duty (market_id, day, user_id, duty)
  SELECT market_id, day, collector_id, 'collect' FROM collection
  UNION SELECT market_id, day, collector_id, 'collect' FROM day_ticket
ON CONFLICT DO NOTHING;--> statement-breakpoint
INSERT INTO cash_duty (market_id, day, user_id, duty)
  SELECT DISTINCT market_id, day, cashier_id, 'count' FROM handover WHERE cashier_id IS NOT NULL
ON CONFLICT DO NOTHING;--> statement-breakpoint
INSERT INTO cash_duty (market_id, day, user_id, duty)
  SELECT DISTINCT market_id, day, signed_by, 'account' FROM day_sign_off
ON CONFLICT DO NOTHING;--> statement-breakpoint
UPDATE billing_round r SET approved_by = a.approved_by FROM approval a
WHERE a.market_id = r.market_id AND a.id = r.approval_id AND r.status IN ('issuing', 'issued', 'closed');--> statement-breakpoint
UPDATE charge_change c SET approved_by = a.approved_by FROM approval a
WHERE a.market_id = c.market_id AND a.id = c.approval_id AND c.status = 'approved';--> statement-breakpoint
UPDATE suspense_resolution r SET approved_by = a.approved_by FROM approval a
WHERE a.market_id = r.market_id AND a.id = r.approval_id AND r.status IN ('done', 'undone');--> statement-breakpoint
ALTER TABLE collection FORCE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE day_ticket FORCE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE handover FORCE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE day_sign_off FORCE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE approval FORCE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE billing_round FORCE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE charge_change FORCE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE suspense_resolution FORCE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "delegation" ADD CONSTRAINT "delegation_market_id_from_user_id_app_user_market_id_id_fk" FOREIGN KEY ("market_id","from_user_id") REFERENCES "public"."app_user"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "delegation" ADD CONSTRAINT "delegation_market_id_to_user_id_app_user_market_id_id_fk" FOREIGN KEY ("market_id","to_user_id") REFERENCES "public"."app_user"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "recovery_code" ADD CONSTRAINT "recovery_code_market_id_user_id_app_user_market_id_id_fk" FOREIGN KEY ("market_id","user_id") REFERENCES "public"."app_user"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "set_up_code" ADD CONSTRAINT "set_up_code_market_id_user_id_app_user_market_id_id_fk" FOREIGN KEY ("market_id","user_id") REFERENCES "public"."app_user"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "staff_note" ADD CONSTRAINT "staff_note_market_id_user_id_app_user_market_id_id_fk" FOREIGN KEY ("market_id","user_id") REFERENCES "public"."app_user"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "totp" ADD CONSTRAINT "totp_market_id_user_id_app_user_market_id_id_fk" FOREIGN KEY ("market_id","user_id") REFERENCES "public"."app_user"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "delegation_open_key" ON "delegation" USING btree ("market_id","to_user_id","permission") WHERE "delegation"."ended_at" is null;--> statement-breakpoint
CREATE INDEX "staff_note_user_idx" ON "staff_note" USING btree ("market_id","user_id","at");--> statement-breakpoint
ALTER TABLE "billing_round" ADD CONSTRAINT "billing_round_approved_fk" FOREIGN KEY ("market_id","approval_id","approved_by") REFERENCES "public"."approval"("market_id","id","approved_by") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "billing_round" ADD CONSTRAINT "billing_round_close_fk" FOREIGN KEY ("market_id","close_approval_id","closed_by") REFERENCES "public"."approval"("market_id","id","approved_by") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "charge_change" ADD CONSTRAINT "charge_change_approved_fk" FOREIGN KEY ("market_id","approval_id","approved_by") REFERENCES "public"."approval"("market_id","id","approved_by") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "collection" ADD CONSTRAINT "collection_duty_fk" FOREIGN KEY ("market_id","day","collector_id","duty") REFERENCES "public"."cash_duty"("market_id","day","user_id","duty") ON DELETE no action ON UPDATE no action NOT VALID;--> statement-breakpoint
ALTER TABLE "day_ticket" ADD CONSTRAINT "day_ticket_duty_fk" FOREIGN KEY ("market_id","day","collector_id","duty") REFERENCES "public"."cash_duty"("market_id","day","user_id","duty") ON DELETE no action ON UPDATE no action NOT VALID;--> statement-breakpoint
ALTER TABLE "handover" ADD CONSTRAINT "handover_duty_fk" FOREIGN KEY ("market_id","day","cashier_id","cashier_duty") REFERENCES "public"."cash_duty"("market_id","day","user_id","duty") ON DELETE no action ON UPDATE no action NOT VALID;--> statement-breakpoint
ALTER TABLE "app_user" ADD CONSTRAINT "app_user_market_id_zone_id_zone_market_id_id_fk" FOREIGN KEY ("market_id","zone_id") REFERENCES "public"."zone"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "day_sign_off" ADD CONSTRAINT "day_sign_off_proposed_fk" FOREIGN KEY ("market_id","approval_id","signed_by") REFERENCES "public"."approval"("market_id","id","proposed_by") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "day_sign_off" ADD CONSTRAINT "day_sign_off_duty_fk" FOREIGN KEY ("market_id","day","signed_by","duty") REFERENCES "public"."cash_duty"("market_id","day","user_id","duty") ON DELETE no action ON UPDATE no action NOT VALID;--> statement-breakpoint
ALTER TABLE "suspense_resolution" ADD CONSTRAINT "suspense_resolution_proposed_fk" FOREIGN KEY ("market_id","approval_id","resolved_by") REFERENCES "public"."approval"("market_id","id","proposed_by") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "suspense_resolution" ADD CONSTRAINT "suspense_resolution_approved_fk" FOREIGN KEY ("market_id","approval_id","approved_by") REFERENCES "public"."approval"("market_id","id","approved_by") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "billing_round" ADD CONSTRAINT "billing_round_approved" CHECK (("billing_round"."status" in ('issuing', 'issued', 'closed')) = ("billing_round"."approved_by" is not null)) NOT VALID;--> statement-breakpoint
ALTER TABLE "billing_round" ADD CONSTRAINT "billing_round_closed_by" CHECK (("billing_round"."status" = 'closed') = ("billing_round"."closed_by" is not null) and ("billing_round"."closed_by" is null or "billing_round"."close_approval_id" is not null)) NOT VALID;--> statement-breakpoint
ALTER TABLE "charge_change" ADD CONSTRAINT "charge_change_approved" CHECK (("charge_change"."status" = 'approved') = ("charge_change"."approved_by" is not null)) NOT VALID;--> statement-breakpoint
ALTER TABLE "collection" ADD CONSTRAINT "collection_duty" CHECK ("collection"."duty" = 'collect');--> statement-breakpoint
ALTER TABLE "day_ticket" ADD CONSTRAINT "day_ticket_duty" CHECK ("day_ticket"."duty" = 'collect');--> statement-breakpoint
ALTER TABLE "handover" ADD CONSTRAINT "handover_duty" CHECK ("handover"."cashier_duty" = 'count');--> statement-breakpoint
ALTER TABLE "app_user" ADD CONSTRAINT "app_user_zone" CHECK (("app_user"."role" = 'leader') = ("app_user"."zone_id" is not null));--> statement-breakpoint
ALTER TABLE "day_sign_off" ADD CONSTRAINT "day_sign_off_duty" CHECK ("day_sign_off"."duty" = 'account');--> statement-breakpoint
ALTER TABLE "suspense_resolution" ADD CONSTRAINT "suspense_resolution_approved" CHECK (("suspense_resolution"."approval_id" is not null and "suspense_resolution"."status" in ('done', 'undone')) = ("suspense_resolution"."approved_by" is not null)) NOT VALID;--> statement-breakpoint
DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['cash_duty', 'delegation', 'recovery_code', 'set_up_code', 'staff_note', 'totp'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY market ON %I USING (market_id = nullif(current_setting(''app.market_id'', true), ''''))
      WITH CHECK (market_id = nullif(current_setting(''app.market_id'', true), ''''))', t);
    EXECUTE format('REVOKE ALL ON %I FROM PUBLIC', t);
    EXECUTE format('GRANT SELECT, INSERT ON %I TO tv_api', t);
  END LOOP;
END
$$;--> statement-breakpoint
-- A person is added and changed, and never taken away: the name stays under what was done.
GRANT INSERT ON app_user TO tv_api;--> statement-breakpoint
GRANT UPDATE (role, zone_id, secret_hash, removed_at) ON app_user TO tv_api;--> statement-breakpoint
GRANT UPDATE (ciphertext, begun_at, confirmed_at, last_step), DELETE ON totp TO tv_api;--> statement-breakpoint
GRANT UPDATE (used_at), DELETE ON recovery_code TO tv_api;--> statement-breakpoint
GRANT UPDATE (code_hash, made_at, expires_at), DELETE ON set_up_code TO tv_api;--> statement-breakpoint
GRANT UPDATE (ended_at, ended_by) ON delegation TO tv_api;--> statement-breakpoint
GRANT UPDATE (approved_by, close_approval_id, closed_by) ON billing_round TO tv_api;--> statement-breakpoint
GRANT UPDATE (approved_by) ON charge_change, suspense_resolution TO tv_api;--> statement-breakpoint
-- A used code is never unused, a delegation that ended never begun again, a decision and a counted hand-over never changed.
CREATE POLICY unused ON recovery_code AS RESTRICTIVE FOR UPDATE TO tv_api USING (used_at IS NULL) WITH CHECK (used_at IS NOT NULL);--> statement-breakpoint
CREATE POLICY open ON delegation AS RESTRICTIVE FOR UPDATE TO tv_api USING (ended_at IS NULL) WITH CHECK (ended_at IS NOT NULL);--> statement-breakpoint
CREATE POLICY undecided ON approval AS RESTRICTIVE FOR UPDATE TO tv_api USING (approved_by IS NULL AND refused_by IS NULL) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY uncounted ON handover AS RESTRICTIVE FOR UPDATE TO tv_api USING (cashier_id IS NULL) WITH CHECK (true);
