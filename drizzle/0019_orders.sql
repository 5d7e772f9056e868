-- Requests for money that a provider is told of as orders, since it tells of its orders alone.
ALTER TABLE "payment_request" ADD COLUMN "order_due_at" timestamp with time zone;--> statement-breakpoint
CREATE INDEX "payment_request_order_idx" ON "payment_request" USING btree ("market_id","order_due_at") WHERE "payment_request"."order_due_at" is not null;--> statement-breakpoint
GRANT UPDATE (order_due_at) ON payment_request TO tv_worker;--> statement-breakpoint
-- A new order is signed with the key that its messages are proved by; sealed as ever, and opened with the master key alone.
GRANT SELECT ON connection_secret TO tv_worker;
