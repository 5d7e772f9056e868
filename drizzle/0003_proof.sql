CREATE TABLE "ledger_close" (
	"market_id" text NOT NULL,
	"business_day" date NOT NULL,
	"height" bigint NOT NULL,
	"closed_at" timestamp with time zone NOT NULL,
	"closed_by" text NOT NULL,
	"suspense_count" integer NOT NULL,
	"suspense_vnd" bigint NOT NULL,
	"difference_vnd" bigint NOT NULL,
	"deaf_count" integer NOT NULL,
	CONSTRAINT "ledger_close_market_id_business_day_pk" PRIMARY KEY("market_id","business_day")
);
--> statement-breakpoint
CREATE TABLE "stall_zone" (
	"market_id" text NOT NULL,
	"stall_id" text NOT NULL,
	"from_day" date NOT NULL,
	"zone_id" text NOT NULL,
	CONSTRAINT "stall_zone_market_id_stall_id_from_day_pk" PRIMARY KEY("market_id","stall_id","from_day")
);
--> statement-breakpoint
ALTER TABLE "feed_inbox" ALTER COLUMN "raw_body" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "ledger_account" ADD COLUMN "keeps_side" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "ledger_account" ADD COLUMN "opened_height" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "ledger_balance" ADD COLUMN "kept_side" text;--> statement-breakpoint
ALTER TABLE "ledger_seal" ADD COLUMN "books_hash" "bytea" NOT NULL;--> statement-breakpoint
ALTER TABLE "ledger_seal" ADD COLUMN "key_id" text NOT NULL;--> statement-breakpoint
ALTER TABLE "ledger_txn" ADD COLUMN "source_hash" "bytea";--> statement-breakpoint
ALTER TABLE "feed_inbox" ADD COLUMN "erased_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "feed_inbox" ADD COLUMN "proof" jsonb;--> statement-breakpoint
ALTER TABLE "stall_zone" ADD CONSTRAINT "stall_zone_market_id_stall_id_stall_market_id_id_fk" FOREIGN KEY ("market_id","stall_id") REFERENCES "public"."stall"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "stall_zone" ADD CONSTRAINT "stall_zone_market_id_zone_id_zone_market_id_id_fk" FOREIGN KEY ("market_id","zone_id") REFERENCES "public"."zone"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "ledger_transfer_book_idx" ON "ledger_transfer" USING btree ("book","market_id","seq");--> statement-breakpoint
CREATE INDEX "ledger_txn_source_idx" ON "ledger_txn" USING btree ("source_id","market_id");--> statement-breakpoint
CREATE INDEX "ledger_txn_day_idx" ON "ledger_txn" USING btree ("business_day","market_id","seq");--> statement-breakpoint
ALTER TABLE "ledger_balance" ADD CONSTRAINT "ledger_balance_keeps_side" CHECK (case "ledger_balance"."kept_side" when 'debit' then "ledger_balance"."debit_vnd" >= "ledger_balance"."credit_vnd" when 'credit' then "ledger_balance"."credit_vnd" >= "ledger_balance"."debit_vnd" else "ledger_balance"."kept_side" is null end);--> statement-breakpoint
ALTER TABLE "ledger_seal" ADD CONSTRAINT "ledger_seal_signature" CHECK (octet_length("ledger_seal"."signature") = 64 and octet_length("ledger_seal"."hash") = 32 and octet_length("ledger_seal"."books_hash") = 32);--> statement-breakpoint
ALTER TABLE "ledger_txn" ADD CONSTRAINT "ledger_txn_source_hash" CHECK (octet_length("ledger_txn"."source_hash") = 32);--> statement-breakpoint
ALTER TABLE "feed_inbox" ADD CONSTRAINT "feed_inbox_erased" CHECK (("feed_inbox"."raw_body" is null) = ("feed_inbox"."erased_at" is not null));