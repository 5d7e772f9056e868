-- An account whose messages have stopped while the provider's list still tells of its money: its stall is told so, by the job
-- of the minute.
ALTER TABLE "connection_account" ADD COLUMN "unpushed_since" timestamp with time zone;--> statement-breakpoint
GRANT UPDATE (unpushed_since) ON connection_account TO tv_worker;
