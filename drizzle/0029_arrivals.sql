-- Money wakes a phone when its owner asks for it: the worker moves the number up to which it was told. A phone that is logged out
-- or thrown out is woken no more, so it is known which device it is; of one from before that is not known.
ALTER TABLE "push_subscription" ADD COLUMN "device_id" text;--> statement-breakpoint
ALTER TABLE "push_subscription" ADD COLUMN "notices" boolean DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE "push_subscription" ADD COLUMN "arrivals_after" bigint;--> statement-breakpoint
ALTER TABLE "push_subscription" ADD COLUMN "arrivals_held_until" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "push_subscription" ADD COLUMN "rests_at_night" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "push_subscription" ADD CONSTRAINT "push_subscription_device_fk" FOREIGN KEY ("market_id","user_id","device_id") REFERENCES "public"."device"("market_id","user_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "push_subscription" ADD CONSTRAINT "push_subscription_about" CHECK ("push_subscription"."notices" or "push_subscription"."arrivals_after" is not null);--> statement-breakpoint
ALTER TABLE "push_subscription" ADD CONSTRAINT "push_subscription_device" CHECK ("push_subscription"."arrivals_after" is null or "push_subscription"."device_id" is not null);--> statement-breakpoint
-- Named to forget a device's, and no more: the addresses stay for whoever sends to them.
GRANT SELECT (device_id) ON push_subscription TO tv_api;--> statement-breakpoint
GRANT UPDATE (arrivals_after, arrivals_held_until) ON push_subscription TO tv_worker;
