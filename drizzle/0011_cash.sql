-- Cash, from the page of a book to the cashier's hand: whose page, whose hand-over, one hand-over at a time.
ALTER TABLE "collection" DROP CONSTRAINT "collection_amount";--> statement-breakpoint
ALTER TABLE "collection" DROP CONSTRAINT "collection_market_id_collector_id_app_user_market_id_id_fk";--> statement-breakpoint
ALTER TABLE "collection" DROP CONSTRAINT "collection_market_id_handover_id_handover_market_id_id_fk";--> statement-breakpoint
ALTER TABLE "day_ticket" DROP CONSTRAINT "day_ticket_market_id_collector_id_app_user_market_id_id_fk";--> statement-breakpoint
ALTER TABLE "day_ticket" DROP CONSTRAINT "day_ticket_market_id_handover_id_handover_market_id_id_fk";--> statement-breakpoint
ALTER TABLE "collection" ADD COLUMN "settled_vnd" bigint NOT NULL;--> statement-breakpoint
ALTER TABLE "collection" ADD COLUMN "conflict" text;--> statement-breakpoint
ALTER TABLE "book" ADD CONSTRAINT "book_collector_key" UNIQUE("market_id","id","collector_id");--> statement-breakpoint
ALTER TABLE "handover" ADD CONSTRAINT "handover_collector_key" UNIQUE("market_id","id","collector_id");--> statement-breakpoint
CREATE UNIQUE INDEX "handover_open_key" ON "handover" USING btree ("market_id","collector_id") WHERE "handover"."cashier_id" is null;--> statement-breakpoint
ALTER TABLE "collection" ADD CONSTRAINT "collection_book_collector_fk" FOREIGN KEY ("market_id","book_id","collector_id") REFERENCES "public"."book"("market_id","id","collector_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "collection" ADD CONSTRAINT "collection_handover_fk" FOREIGN KEY ("market_id","handover_id","collector_id") REFERENCES "public"."handover"("market_id","id","collector_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "day_ticket" ADD CONSTRAINT "day_ticket_book_collector_fk" FOREIGN KEY ("market_id","book_id","collector_id") REFERENCES "public"."book"("market_id","id","collector_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "day_ticket" ADD CONSTRAINT "day_ticket_handover_fk" FOREIGN KEY ("market_id","handover_id","collector_id") REFERENCES "public"."handover"("market_id","id","collector_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "collection" ADD CONSTRAINT "collection_conflict" CHECK ("collection"."conflict" in ('paid_meanwhile', 'owed_more'));--> statement-breakpoint
ALTER TABLE "collection" ADD CONSTRAINT "collection_amount" CHECK ("collection"."amount_vnd" > 0 and "collection"."settled_vnd" between 0 and "collection"."amount_vnd");--> statement-breakpoint
ALTER TABLE "day_ticket" ADD CONSTRAINT "day_ticket_handed" CHECK ("day_ticket"."handover_id" is null or "day_ticket"."paid_by" = 'cash');--> statement-breakpoint
ALTER TABLE "handover" ADD CONSTRAINT "handover_posted" CHECK (("handover"."cashier_id" is null) = ("handover"."ledger_seq" is null));--> statement-breakpoint

-- A stall that paid in cash hears it like any other payment.
GRANT INSERT ON live_counter, live_event TO tv_api;--> statement-breakpoint
GRANT UPDATE (last_number) ON live_counter TO tv_api;
