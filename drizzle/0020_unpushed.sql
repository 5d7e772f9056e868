-- Two things of a stall's own account: that its messages have stopped while the provider's list still tells of its money, and
-- what a sale brought too much that its holder gives back.
CREATE TABLE "sale_refund" (
	"market_id" text NOT NULL,
	"id" text NOT NULL,
	"stall_id" text NOT NULL,
	"payment_id" text NOT NULL,
	"account_id" text NOT NULL,
	"amount_vnd" bigint NOT NULL,
	"code" text NOT NULL,
	"to_whom" text NOT NULL,
	"status" text DEFAULT 'due' NOT NULL,
	"promised_by" text NOT NULL,
	"promised_at" timestamp with time zone NOT NULL,
	"cancelled_at" timestamp with time zone,
	"paid_by" text,
	"paid_at" timestamp with time zone,
	"ledger_seq" bigint,
	CONSTRAINT "sale_refund_market_id_id_pk" PRIMARY KEY("market_id","id"),
	CONSTRAINT "sale_refund_code_key" UNIQUE("market_id","code"),
	CONSTRAINT "sale_refund_paid_by_key" UNIQUE("market_id","paid_by"),
	CONSTRAINT "sale_refund_amount" CHECK ("sale_refund"."amount_vnd" > 0),
	CONSTRAINT "sale_refund_status" CHECK ("sale_refund"."status" in ('due', 'paid', 'cancelled')),
	CONSTRAINT "sale_refund_cancelled" CHECK (("sale_refund"."cancelled_at" is not null) = ("sale_refund"."status" = 'cancelled')),
	CONSTRAINT "sale_refund_paid" CHECK (num_nonnulls("sale_refund"."paid_by", "sale_refund"."paid_at", "sale_refund"."ledger_seq") = case "sale_refund"."status" when 'paid' then 3 else 0 end)
);
--> statement-breakpoint
ALTER TABLE "connection_account" ADD COLUMN "unpushed_since" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "sale_refund" ADD CONSTRAINT "sale_refund_market_id_stall_id_stall_market_id_id_fk" FOREIGN KEY ("market_id","stall_id") REFERENCES "public"."stall"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sale_refund" ADD CONSTRAINT "sale_refund_market_id_payment_id_payment_market_id_id_fk" FOREIGN KEY ("market_id","payment_id") REFERENCES "public"."payment"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sale_refund" ADD CONSTRAINT "sale_refund_account_fk" FOREIGN KEY ("market_id","account_id") REFERENCES "public"."receiving_account"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sale_refund" ADD CONSTRAINT "sale_refund_paid_by_fk" FOREIGN KEY ("market_id","paid_by") REFERENCES "public"."bank_transaction"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "sale_refund_payment_key" ON "sale_refund" USING btree ("market_id","payment_id") WHERE "sale_refund"."status" <> 'cancelled';--> statement-breakpoint
CREATE INDEX "sale_refund_due_idx" ON "sale_refund" USING btree ("market_id","account_id") WHERE "sale_refund"."status" = 'due';--> statement-breakpoint
CREATE INDEX "sale_refund_stall_idx" ON "sale_refund" USING btree ("market_id","stall_id","paid_at");--> statement-breakpoint
ALTER TABLE "sale_refund" ADD CONSTRAINT "sale_refund_txn_fk" FOREIGN KEY ("market_id","ledger_seq") REFERENCES "public"."ledger_txn"("market_id","seq");--> statement-breakpoint

-- The job of the minute keeps since when.
GRANT UPDATE (unpushed_since) ON connection_account TO tv_worker;--> statement-breakpoint

ALTER TABLE sale_refund ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE sale_refund FORCE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE POLICY market ON sale_refund USING (market_id = nullif(current_setting('app.market_id', true), ''))
  WITH CHECK (market_id = nullif(current_setting('app.market_id', true), ''));--> statement-breakpoint
REVOKE ALL ON sale_refund FROM PUBLIC;--> statement-breakpoint
GRANT SELECT ON sale_refund TO tv_api, tv_worker;--> statement-breakpoint
GRANT INSERT ON sale_refund TO tv_api;--> statement-breakpoint
GRANT UPDATE (status, cancelled_at) ON sale_refund TO tv_api;--> statement-breakpoint
GRANT UPDATE (status, paid_by, paid_at, ledger_seq) ON sale_refund TO tv_worker;--> statement-breakpoint
-- That money left is the bank's word, and what it said is not taken back by a person.
CREATE POLICY not_paid_insert ON sale_refund AS RESTRICTIVE FOR INSERT TO tv_api WITH CHECK (status <> 'paid');--> statement-breakpoint
CREATE POLICY not_paid_update ON sale_refund AS RESTRICTIVE FOR UPDATE TO tv_api USING (true) WITH CHECK (status <> 'paid');
