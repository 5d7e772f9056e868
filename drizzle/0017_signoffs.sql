-- A day signed off by two people: what was seen, as numbers, and which movements were there.
CREATE TABLE "day_sign_off" (
	"market_id" text NOT NULL,
	"id" text NOT NULL,
	"day" date NOT NULL,
	"version" integer NOT NULL,
	"approval_id" text NOT NULL,
	"bank_vnd" bigint NOT NULL,
	"ledger_vnd" bigint NOT NULL,
	"difference_vnd" bigint NOT NULL,
	"suspense_vnd" bigint NOT NULL,
	"suspense_count" integer NOT NULL,
	"accounts" jsonb NOT NULL,
	"reasons" jsonb NOT NULL,
	"suspense" jsonb NOT NULL,
	"movement_ids" text[] NOT NULL,
	"signed_by" text NOT NULL,
	"signed_at" timestamp with time zone NOT NULL,
	CONSTRAINT "day_sign_off_market_id_id_pk" PRIMARY KEY("market_id","id"),
	CONSTRAINT "day_sign_off_day_key" UNIQUE("market_id","day","version"),
	CONSTRAINT "day_sign_off_version" CHECK ("day_sign_off"."version" >= 1)
);
--> statement-breakpoint
ALTER TABLE "day_sign_off" ADD CONSTRAINT "day_sign_off_market_id_approval_id_approval_market_id_id_fk" FOREIGN KEY ("market_id","approval_id") REFERENCES "public"."approval"("market_id","id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE day_sign_off ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE day_sign_off FORCE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE POLICY market ON day_sign_off USING (market_id = nullif(current_setting('app.market_id', true), ''))
  WITH CHECK (market_id = nullif(current_setting('app.market_id', true), ''));--> statement-breakpoint
REVOKE ALL ON day_sign_off FROM PUBLIC;--> statement-breakpoint
-- What was signed is never changed and never taken away: the second signature is an approval of its own.
GRANT SELECT, INSERT ON day_sign_off TO tv_api;--> statement-breakpoint
GRANT SELECT ON day_sign_off TO tv_worker;
