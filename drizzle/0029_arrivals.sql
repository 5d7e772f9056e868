-- Money wakes a phone when its owner asks for it: the worker moves the number up to which it was told.
ALTER TABLE "push_subscription" ADD COLUMN "notices" boolean DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE "push_subscription" ADD COLUMN "arrivals_after" bigint;--> statement-breakpoint
ALTER TABLE "push_subscription" ADD COLUMN "rests_at_night" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "push_subscription" ADD CONSTRAINT "push_subscription_about" CHECK ("push_subscription"."notices" or "push_subscription"."arrivals_after" is not null);--> statement-breakpoint
GRANT UPDATE (arrivals_after) ON push_subscription TO tv_worker;
