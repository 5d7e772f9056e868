-- Somebody reads the code that hangs at a stall and is told whether it pays the stall. What was found is only ever added to; a
-- code that pays somebody else is an alert, which one person of the board settles once.
CREATE TABLE "code_alert" (
	"market_id" text NOT NULL,
	"id" text NOT NULL,
	"stall_id" text NOT NULL,
	"check_id" text NOT NULL,
	"account_digest" "bytea" NOT NULL,
	"opened_at" timestamp with time zone NOT NULL,
	"settled_by" text,
	"settled_at" timestamp with time zone,
	"note" text,
	CONSTRAINT "code_alert_market_id_id_pk" PRIMARY KEY("market_id","id"),
	CONSTRAINT "code_alert_settled" CHECK (num_nonnulls("code_alert"."settled_by", "code_alert"."settled_at", "code_alert"."note") in (0, 3))
);
--> statement-breakpoint
CREATE TABLE "code_check" (
	"market_id" text NOT NULL,
	"id" text NOT NULL,
	"stall_id" text NOT NULL,
	"checked_by" text NOT NULL,
	"checked_at" timestamp with time zone NOT NULL,
	"way" text NOT NULL,
	"result" text NOT NULL,
	"account_digest" "bytea",
	"bin" text,
	"account_tail" text,
	"other_stall_id" text,
	CONSTRAINT "code_check_market_id_id_pk" PRIMARY KEY("market_id","id"),
	CONSTRAINT "code_check_way" CHECK ("code_check"."way" in ('camera', 'photo')),
	CONSTRAINT "code_check_result" CHECK ("code_check"."result" in ('right', 'old', 'other_stall', 'wrong', 'not_vietqr')),
	CONSTRAINT "code_check_digest" CHECK (("code_check"."account_digest" is null) = ("code_check"."result" = 'not_vietqr')),
	CONSTRAINT "code_check_digest_length" CHECK (octet_length("code_check"."account_digest") = 32),
	CONSTRAINT "code_check_foreign" CHECK (num_nonnulls("code_check"."bin", "code_check"."account_tail") = case when "code_check"."result" in ('right', 'not_vietqr') then 0 else 2 end),
	CONSTRAINT "code_check_tail" CHECK (length("code_check"."account_tail") <= 4),
	CONSTRAINT "code_check_other" CHECK (("code_check"."other_stall_id" is not null) = ("code_check"."result" = 'other_stall'))
);
--> statement-breakpoint
ALTER TABLE "notice" DROP CONSTRAINT "notice_kind";--> statement-breakpoint
ALTER TABLE "code_alert" ADD CONSTRAINT "code_alert_market_id_stall_id_stall_market_id_id_fk" FOREIGN KEY ("market_id","stall_id") REFERENCES "public"."stall"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "code_alert" ADD CONSTRAINT "code_alert_market_id_check_id_code_check_market_id_id_fk" FOREIGN KEY ("market_id","check_id") REFERENCES "public"."code_check"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "code_alert" ADD CONSTRAINT "code_alert_market_id_settled_by_app_user_market_id_id_fk" FOREIGN KEY ("market_id","settled_by") REFERENCES "public"."app_user"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "code_check" ADD CONSTRAINT "code_check_market_id_stall_id_stall_market_id_id_fk" FOREIGN KEY ("market_id","stall_id") REFERENCES "public"."stall"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "code_check" ADD CONSTRAINT "code_check_market_id_other_stall_id_stall_market_id_id_fk" FOREIGN KEY ("market_id","other_stall_id") REFERENCES "public"."stall"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "code_check" ADD CONSTRAINT "code_check_market_id_checked_by_app_user_market_id_id_fk" FOREIGN KEY ("market_id","checked_by") REFERENCES "public"."app_user"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "code_alert_open_key" ON "code_alert" USING btree ("market_id","stall_id","account_digest") WHERE "code_alert"."settled_at" is null;--> statement-breakpoint
CREATE INDEX "code_alert_opened_idx" ON "code_alert" USING btree ("market_id","opened_at","id");--> statement-breakpoint
CREATE INDEX "code_check_stall_idx" ON "code_check" USING btree ("market_id","stall_id","checked_at");--> statement-breakpoint
ALTER TABLE "notice" ADD CONSTRAINT "notice_kind" CHECK ("notice"."kind" in ('charge_issued', 'reminder', 'overdue', 'changed', 'dispute_answered', 'code_wrong'));--> statement-breakpoint

DO $$
DECLARE
  tenant_table text;
BEGIN
  FOREACH tenant_table IN ARRAY ARRAY['code_check', 'code_alert']
  LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', tenant_table);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', tenant_table);
    EXECUTE format('CREATE POLICY market ON %I USING (market_id = nullif(current_setting(''app.market_id'', true), ''''))
                    WITH CHECK (market_id = nullif(current_setting(''app.market_id'', true), ''''))', tenant_table);
    EXECUTE format('REVOKE ALL ON %I FROM PUBLIC', tenant_table);
  END LOOP;
END
$$;--> statement-breakpoint

GRANT SELECT, INSERT ON code_check, code_alert TO tv_api;--> statement-breakpoint
GRANT UPDATE (settled_by, settled_at, note) ON code_alert TO tv_api;--> statement-breakpoint
-- Nobody finds what is settled already, and what was settled stays as it was said.
CREATE POLICY open_insert ON code_alert AS RESTRICTIVE FOR INSERT TO tv_api WITH CHECK (settled_at IS NULL);--> statement-breakpoint
CREATE POLICY open_only ON code_alert AS RESTRICTIVE FOR UPDATE TO tv_api USING (settled_at IS NULL) WITH CHECK (true);--> statement-breakpoint
-- The job of the night takes away what has been kept for long enough.
GRANT SELECT, DELETE ON code_check, code_alert TO tv_worker;
