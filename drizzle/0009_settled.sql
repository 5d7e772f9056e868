-- What money settles: a charge is never paid beyond what it comes to, and the rest is its stall's credit. What older releases
-- kept as one sum on the charge is told apart here as the books have it: the legs of a payment's txn on the receivable are
-- what it settled, those on the advance account are the stall's credit.

ALTER TABLE "charge" DROP CONSTRAINT "charge_paid";--> statement-breakpoint
ALTER TABLE "approval" ADD COLUMN "refused_by" text;--> statement-breakpoint
ALTER TABLE "approval" ADD COLUMN "refused_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "approval" ADD COLUMN "refused_reason" text;--> statement-breakpoint
DROP INDEX "charge_change_open_idx";--> statement-breakpoint
ALTER TABLE "charge_change" ADD COLUMN "line" integer;--> statement-breakpoint
ALTER TABLE "charge_change" ADD CONSTRAINT "charge_change_line_fk" FOREIGN KEY ("market_id","charge_id","line") REFERENCES "public"."charge_line"("market_id","charge_id","line") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "charge_change_open_key" ON "charge_change" USING btree ("market_id","charge_id") WHERE "charge_change"."status" = 'proposed';--> statement-breakpoint
ALTER TABLE "charge_change" ADD CONSTRAINT "charge_change_line" CHECK (("charge_change"."kind" = 'adjusted') = ("charge_change"."line" is not null));--> statement-breakpoint
CREATE INDEX "stall_credit_unused_idx" ON "stall_credit" USING btree ("market_id","stall_id") WHERE "stall_credit"."used_vnd" < "stall_credit"."amount_vnd";--> statement-breakpoint
CREATE INDEX "receipt_charge_idx" ON "receipt" USING btree ("market_id","charge_id");--> statement-breakpoint
CREATE INDEX "stall_credit_charge_idx" ON "stall_credit" USING btree ("market_id","charge_id");--> statement-breakpoint
CREATE UNIQUE INDEX "payment_code_standing_key" ON "payment_code" USING btree ("market_id","kind","object_id") WHERE "payment_code"."kind" in ('debt', 'deposit');--> statement-breakpoint
ALTER TABLE "stall_credit" ADD CONSTRAINT "stall_credit_source_key" UNIQUE("market_id","source_kind","source_id");--> statement-breakpoint
ALTER TABLE "approval" ADD CONSTRAINT "approval_refused_by_another" CHECK ("approval"."refused_by" is null or "approval"."refused_by" <> "approval"."proposed_by");--> statement-breakpoint
ALTER TABLE "approval" ADD CONSTRAINT "approval_decided_once" CHECK ("approval"."approved_by" is null or "approval"."refused_by" is null);--> statement-breakpoint
ALTER TABLE "approval" ADD CONSTRAINT "approval_refused" CHECK (num_nonnulls("approval"."refused_by", "approval"."refused_at", "approval"."refused_reason") in (0, 3));--> statement-breakpoint

GRANT UPDATE (refused_by, refused_at, refused_reason) ON approval TO tv_api;--> statement-breakpoint

-- Market by market, since the owner sees no row outside one.
DO $$
DECLARE
  entered text;
BEGIN
  FOR entered IN SELECT market_id FROM feed_lane
  LOOP
    PERFORM set_config('app.market_id', entered, true);
    INSERT INTO settlement (market_id, id, charge_id, payment_id, amount_vnd, settled_at)
    SELECT entered, 'stt_' || substr(p.id, 5), p.charge_id, p.id, sum(t.amount_vnd), p.occurred_at
    FROM payment AS p
    JOIN ledger_txn AS x ON x.market_id = entered AND x.source_kind = 'payment' AND x.source_id = p.id
    JOIN ledger_transfer AS t ON t.market_id = entered AND t.seq = x.seq
    WHERE p.market_id = entered AND p.purpose = 'charge' AND t.credit_account = 'board:131.' || p.stall_id
    GROUP BY p.id, p.charge_id, p.occurred_at;
    INSERT INTO stall_credit (market_id, id, stall_id, charge_id, source_kind, source_id, amount_vnd, created_at)
    SELECT entered, 'crd_' || substr(p.id, 5), p.stall_id, p.charge_id, 'payment', p.id, sum(t.amount_vnd), p.occurred_at
    FROM payment AS p
    JOIN ledger_txn AS x ON x.market_id = entered AND x.source_kind = 'payment' AND x.source_id = p.id
    JOIN ledger_transfer AS t ON t.market_id = entered AND t.seq = x.seq
    WHERE p.market_id = entered AND p.purpose = 'charge' AND t.credit_account = 'board:3387'
    GROUP BY p.id, p.stall_id, p.charge_id, p.occurred_at;
    UPDATE charge SET paid_vnd = s.settled_vnd
    FROM (SELECT charge_id, sum(amount_vnd) AS settled_vnd FROM settlement WHERE market_id = entered GROUP BY charge_id) AS s
    WHERE charge.market_id = entered AND charge.id = s.charge_id AND charge.paid_vnd <> s.settled_vnd;
  END LOOP;
  PERFORM set_config('app.market_id', '', true);
END
$$;--> statement-breakpoint

ALTER TABLE "charge" ADD CONSTRAINT "charge_paid" CHECK ("charge"."paid_vnd" between 0 and "charge"."total_vnd" + "charge"."adjusted_vnd" - "charge"."relieved_vnd" - "charge"."written_off_vnd");
