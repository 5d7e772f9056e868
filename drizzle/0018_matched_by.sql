ALTER TABLE "suspense_part" DROP CONSTRAINT "suspense_part_becomes";--> statement-breakpoint
ALTER TABLE "suspense_part" DROP CONSTRAINT "suspense_part_posted";--> statement-breakpoint
ALTER TABLE "suspense" ADD COLUMN "held_account_id" text;--> statement-breakpoint
ALTER TABLE "suspense_part" ADD COLUMN "sighting_of" text;--> statement-breakpoint
ALTER TABLE "suspense_part" ADD COLUMN "account_id" text;--> statement-breakpoint
ALTER TABLE "suspense_part" ADD COLUMN "direction" text;--> statement-breakpoint
ALTER TABLE "bank_transaction" ADD CONSTRAINT "bank_transaction_alike_key" UNIQUE("market_id","id","account_id","direction","amount_vnd");--> statement-breakpoint
ALTER TABLE "suspense_part" ADD CONSTRAINT "suspense_part_told_key" UNIQUE("market_id","resolution_id","line","account_id","direction");--> statement-breakpoint
ALTER TABLE "suspense_part" ADD CONSTRAINT "suspense_part_sighting_fk" FOREIGN KEY ("market_id","sighting_of","account_id","direction","amount_vnd") REFERENCES "public"."bank_transaction"("market_id","id","account_id","direction","amount_vnd") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "payment" ADD CONSTRAINT "payment_verdict" CHECK ("payment"."verdict" in ('exact', 'short', 'over', 'repeated', 'late', 'unknown'));--> statement-breakpoint
ALTER TABLE "payment" ADD CONSTRAINT "payment_matched_by" CHECK ("payment"."matched_by" in ('request', 'stall', 'virtual_account', 'account', 'charge', 'debt', 'deposit', 'person'));--> statement-breakpoint
ALTER TABLE "suspense" ADD CONSTRAINT "suspense_reason" CHECK ("suspense"."reason" in ('no_code', 'several_codes', 'unknown_code', 'hint_disagrees', 'foreign_account', 'changed_event',
        'overpaid_twice', 'wrong_amount', 'ambiguous', 'unconfirmed', 'outgoing'));--> statement-breakpoint
ALTER TABLE "suspense_part" ADD CONSTRAINT "suspense_part_seen" CHECK (("suspense_part"."becomes" = 'sighting') = ("suspense_part"."sighting_of" is not null) and ("suspense_part"."account_id" is null) = ("suspense_part"."direction" is null)
        and ("suspense_part"."sighting_of" is null or "suspense_part"."account_id" is not null and "suspense_part"."line" = 1 and not "suspense_part"."posted"));--> statement-breakpoint
ALTER TABLE "suspense_part" ADD CONSTRAINT "suspense_part_becomes" CHECK ("suspense_part"."becomes" in ('charge', 'debt', 'not_ours', 'return', 'sighting'));--> statement-breakpoint
ALTER TABLE "suspense_part" ADD CONSTRAINT "suspense_part_posted" CHECK (("suspense_part"."ledger_seq" is not null) = ("suspense_part"."posted" and "suspense_part"."becomes" <> 'return') and ("suspense_part"."posted" or "suspense_part"."becomes" in ('not_ours', 'sighting')));--> statement-breakpoint

-- What a telling that was held back became is of its account and direction. A key, and no trigger: Citus has none. It stands on
-- the item, as suspense_parts_fk does, since the worker may take an open question away and its history stays.
ALTER TABLE "suspense" ADD CONSTRAINT "suspense_told_fk" FOREIGN KEY ("market_id","resolution_id","last_line","held_account_id","direction") REFERENCES "public"."suspense_part"("market_id","resolution_id","line","account_id","direction");--> statement-breakpoint

-- Which transaction a telling is of is said with the lane held, as all joining is; only a person's word is the office's to give
-- and to take back.
GRANT SELECT, UPDATE ON feed_lane TO tv_api;--> statement-breakpoint
GRANT DELETE ON sighting TO tv_api;--> statement-breakpoint
CREATE POLICY person_insert ON sighting AS RESTRICTIVE FOR INSERT TO tv_api WITH CHECK (joined_by = 'person');--> statement-breakpoint
CREATE POLICY person_delete ON sighting AS RESTRICTIVE FOR DELETE TO tv_api USING (joined_by = 'person');
