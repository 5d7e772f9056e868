-- Who set a feed up, changed it and ended it; and what could not be read, found without looking through all that could.
ALTER TABLE "connection" ADD COLUMN "created_by" text;--> statement-breakpoint
ALTER TABLE "connection" ADD COLUMN "changed_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "connection" ADD COLUMN "changed_by" text;--> statement-breakpoint
ALTER TABLE "connection" ADD COLUMN "revoked_by" text;--> statement-breakpoint
ALTER TABLE "connection_secret" ADD COLUMN "created_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "connection_secret" ADD COLUMN "created_by" text;--> statement-breakpoint
CREATE INDEX "feed_inbox_letters_idx" ON "feed_inbox" USING btree ("market_id","received_at") WHERE "feed_inbox"."state" in ('malformed', 'dead');--> statement-breakpoint
GRANT UPDATE (changed_at, changed_by, revoked_by) ON connection TO tv_api;
