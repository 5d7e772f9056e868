-- Who set a feed up, changed it and ended it; and what could not be read, found without looking through all that could.
ALTER TABLE "connection" ADD COLUMN "created_by" text;--> statement-breakpoint
ALTER TABLE "connection" ADD COLUMN "changed_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "connection" ADD COLUMN "changed_by" text;--> statement-breakpoint
ALTER TABLE "connection" ADD COLUMN "revoked_by" text;--> statement-breakpoint
ALTER TABLE "connection_secret" ADD COLUMN "created_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "connection_secret" ADD COLUMN "created_by" text;--> statement-breakpoint
CREATE INDEX "feed_inbox_letters_idx" ON "feed_inbox" USING btree ("market_id","received_at") WHERE "feed_inbox"."state" in ('malformed', 'dead');--> statement-breakpoint
GRANT UPDATE (changed_at, changed_by, revoked_by) ON connection TO tv_api;
--> statement-breakpoint

-- The queue goes across markets, so nobody who serves requests may read it: only how many of a market's own messages failed
-- and wait to be tried again.
CREATE FUNCTION inbox_retrying(p_market text) RETURNS bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF p_market IS NULL OR p_market IS DISTINCT FROM nullif(current_setting('app.market_id', true), '') THEN
    RAISE EXCEPTION 'inbox: this session is not inside the market it names' USING ERRCODE = '42501';
  END IF;
  RETURN (
    SELECT count(*) FROM public.inbox_queue q
    JOIN public.feed_inbox f ON f.market_id = q.market_id AND f.id = q.inbox_id
    WHERE q.market_id = p_market AND f.attempts > 0
  );
END
$$;--> statement-breakpoint
REVOKE ALL ON FUNCTION inbox_retrying(text) FROM PUBLIC;--> statement-breakpoint
GRANT EXECUTE ON FUNCTION inbox_retrying(text) TO tv_api, tv_worker;
