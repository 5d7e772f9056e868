-- A stall that changes hands in a month has a charge under each of the two contracts: another person is liable.
ALTER TABLE "charge" DROP CONSTRAINT "charge_round_stall_key";--> statement-breakpoint
ALTER TABLE "charge_draft" DROP CONSTRAINT "charge_draft_market_id_round_id_stall_id_pk";--> statement-breakpoint
ALTER TABLE "charge_draft" ALTER COLUMN "contract_id" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "charge_draft" ADD CONSTRAINT "charge_draft_market_id_round_id_stall_id_contract_id_pk" PRIMARY KEY("market_id","round_id","stall_id","contract_id");--> statement-breakpoint
ALTER TABLE "charge_draft" ADD CONSTRAINT "charge_draft_market_id_contract_id_contract_market_id_id_fk" FOREIGN KEY ("market_id","contract_id") REFERENCES "public"."contract"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "charge" ADD CONSTRAINT "charge_round_stall_key" UNIQUE NULLS NOT DISTINCT("market_id","round_id","stall_id","contract_id");
