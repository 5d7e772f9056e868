CREATE TABLE "look" (
	"market_id" text NOT NULL,
	"id" text NOT NULL,
	"stall_id" text NOT NULL,
	"user_id" text NOT NULL,
	"role" text NOT NULL,
	"what" text NOT NULL,
	"from_day" date,
	"to_day" date,
	"at" timestamp with time zone NOT NULL,
	"hour" timestamp with time zone NOT NULL,
	CONSTRAINT "look_market_id_id_pk" PRIMARY KEY("market_id","id"),
	CONSTRAINT "look_hour_key" UNIQUE NULLS NOT DISTINCT("market_id","stall_id","user_id","what","from_day","to_day","hour"),
	CONSTRAINT "look_hour" CHECK ("look"."at" >= "look"."hour" and "look"."at" < "look"."hour" + interval '1 hour')
);
--> statement-breakpoint
ALTER TABLE "look" ADD CONSTRAINT "look_market_id_stall_id_stall_market_id_id_fk" FOREIGN KEY ("market_id","stall_id") REFERENCES "public"."stall"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "look_stall_idx" ON "look" USING btree ("market_id","stall_id","at","id");--> statement-breakpoint
ALTER TABLE look ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE look FORCE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE POLICY market ON look USING (market_id = nullif(current_setting('app.market_id', true), ''))
  WITH CHECK (market_id = nullif(current_setting('app.market_id', true), ''));--> statement-breakpoint
REVOKE ALL ON look FROM PUBLIC;--> statement-breakpoint
-- What was looked at stays so: whoever serves the board can add to the log, and take nothing away.
GRANT SELECT, INSERT ON look TO tv_api;
