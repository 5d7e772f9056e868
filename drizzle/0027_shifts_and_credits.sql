-- Who sold at a stall from when to when, and who owes the stall for what they bought on credit.
CREATE TABLE "credit_customer" (
	"market_id" text NOT NULL,
	"id" text NOT NULL,
	"stall_id" text NOT NULL,
	"name" text NOT NULL,
	"phone" text,
	"created_at" timestamp with time zone NOT NULL,
	"erased_at" timestamp with time zone,
	CONSTRAINT "credit_customer_market_id_id_pk" PRIMARY KEY("market_id","id"),
	CONSTRAINT "credit_customer_erased" CHECK (("credit_customer"."name" = '') = ("credit_customer"."erased_at" is not null)),
	CONSTRAINT "credit_customer_phone" CHECK ("credit_customer"."erased_at" is null or "credit_customer"."phone" is null)
);
--> statement-breakpoint
CREATE TABLE "credit_entry" (
	"market_id" text NOT NULL,
	"id" text NOT NULL,
	"customer_id" text NOT NULL,
	"number" integer NOT NULL,
	"previous" integer GENERATED ALWAYS AS (nullif(number - 1, 0)) STORED,
	"kind" text NOT NULL,
	"amount_vnd" bigint NOT NULL,
	"surplus_vnd" bigint NOT NULL,
	"owed_before_vnd" bigint NOT NULL,
	"owed_after_vnd" bigint NOT NULL,
	"surplus_before_vnd" bigint NOT NULL,
	"surplus_after_vnd" bigint NOT NULL,
	"note" text,
	"at" timestamp with time zone NOT NULL,
	"user_id" text,
	"payment_id" text,
	"cash_sale_id" text,
	"reverses_id" text,
	CONSTRAINT "credit_entry_market_id_id_pk" PRIMARY KEY("market_id","id"),
	CONSTRAINT "credit_entry_number_key" UNIQUE("market_id","customer_id","number"),
	CONSTRAINT "credit_entry_after_key" UNIQUE("market_id","customer_id","number","owed_after_vnd","surplus_after_vnd"),
	CONSTRAINT "credit_entry_own_key" UNIQUE("market_id","customer_id","id"),
	CONSTRAINT "credit_entry_first" CHECK ("credit_entry"."number" > 1 or ("credit_entry"."number" = 1 and "credit_entry"."owed_before_vnd" = 0 and "credit_entry"."surplus_before_vnd" = 0)),
	CONSTRAINT "credit_entry_owed" CHECK ("credit_entry"."owed_after_vnd" = "credit_entry"."owed_before_vnd" + "credit_entry"."amount_vnd" and "credit_entry"."owed_after_vnd" >= 0),
	CONSTRAINT "credit_entry_surplus" CHECK ("credit_entry"."surplus_after_vnd" = "credit_entry"."surplus_before_vnd" + "credit_entry"."surplus_vnd" and "credit_entry"."surplus_after_vnd" >= 0),
	CONSTRAINT "credit_entry_kind" CHECK (case "credit_entry"."kind"
        when 'sale' then "credit_entry"."amount_vnd" between 1 and 499999999 and "credit_entry"."surplus_vnd" = 0
        when 'paid_bank' then "credit_entry"."amount_vnd" <= 0 and "credit_entry"."surplus_vnd" >= 0 and "credit_entry"."amount_vnd" < "credit_entry"."surplus_vnd"
        when 'paid_cash' then "credit_entry"."amount_vnd" < 0 and "credit_entry"."surplus_vnd" = 0
        when 'forgiven' then "credit_entry"."amount_vnd" < 0 and "credit_entry"."surplus_vnd" = 0 and "credit_entry"."note" is not null
        when 'given_back' then "credit_entry"."amount_vnd" = 0 and "credit_entry"."surplus_vnd" < 0
        when 'offset' then "credit_entry"."amount_vnd" < 0 and "credit_entry"."surplus_vnd" = "credit_entry"."amount_vnd"
        when 'reversal' then true
        when 'taken_back' then "credit_entry"."amount_vnd" >= 0 and "credit_entry"."surplus_vnd" <= 0
        else false end),
	CONSTRAINT "credit_entry_source" CHECK (("credit_entry"."payment_id" is not null) = ("credit_entry"."kind" in ('paid_bank', 'taken_back'))
        and ("credit_entry"."cash_sale_id" is not null) = ("credit_entry"."kind" = 'paid_cash')
        and ("credit_entry"."reverses_id" is not null) = ("credit_entry"."kind" in ('reversal', 'taken_back'))
        and ("credit_entry"."user_id" is null) = ("credit_entry"."kind" in ('paid_bank', 'taken_back')))
);
--> statement-breakpoint
CREATE TABLE "credit_request" (
	"market_id" text NOT NULL,
	"request_id" text NOT NULL,
	"customer_id" text NOT NULL,
	CONSTRAINT "credit_request_market_id_request_id_pk" PRIMARY KEY("market_id","request_id")
);
--> statement-breakpoint
CREATE TABLE "shift" (
	"market_id" text NOT NULL,
	"id" text NOT NULL,
	"stall_id" text NOT NULL,
	"user_id" text NOT NULL,
	"started_at" timestamp with time zone NOT NULL,
	"opening_vnd" bigint,
	"ended_at" timestamp with time zone,
	"counted_vnd" bigint,
	"expected_vnd" bigint,
	"confirmed_by" text,
	"confirmed_at" timestamp with time zone,
	"note" text,
	CONSTRAINT "shift_market_id_id_pk" PRIMARY KEY("market_id","id"),
	CONSTRAINT "shift_ended" CHECK ("shift"."ended_at" >= "shift"."started_at"),
	CONSTRAINT "shift_counted" CHECK (num_nonnulls("shift"."ended_at", "shift"."counted_vnd") in (0, 2)),
	CONSTRAINT "shift_sums" CHECK ("shift"."opening_vnd" >= 0 and "shift"."counted_vnd" >= 0 and "shift"."expected_vnd" >= 0),
	CONSTRAINT "shift_confirmed" CHECK (num_nonnulls("shift"."expected_vnd", "shift"."confirmed_by", "shift"."confirmed_at") in (0, 3)
        and ("shift"."confirmed_at" is null or "shift"."confirmed_at" >= "shift"."ended_at"))
);
--> statement-breakpoint
ALTER TABLE "credit_customer" ADD CONSTRAINT "credit_customer_market_id_stall_id_stall_market_id_id_fk" FOREIGN KEY ("market_id","stall_id") REFERENCES "public"."stall"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "credit_entry" ADD CONSTRAINT "credit_entry_customer_fk" FOREIGN KEY ("market_id","customer_id") REFERENCES "public"."credit_customer"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "credit_entry" ADD CONSTRAINT "credit_entry_before_fk" FOREIGN KEY ("market_id","customer_id","previous","owed_before_vnd","surplus_before_vnd") REFERENCES "public"."credit_entry"("market_id","customer_id","number","owed_after_vnd","surplus_after_vnd") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "credit_entry" ADD CONSTRAINT "credit_entry_reverses_fk" FOREIGN KEY ("market_id","customer_id","reverses_id") REFERENCES "public"."credit_entry"("market_id","customer_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "credit_entry" ADD CONSTRAINT "credit_entry_payment_fk" FOREIGN KEY ("market_id","payment_id") REFERENCES "public"."payment"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "credit_entry" ADD CONSTRAINT "credit_entry_cash_fk" FOREIGN KEY ("market_id","cash_sale_id") REFERENCES "public"."cash_sale"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "credit_request" ADD CONSTRAINT "credit_request_request_fk" FOREIGN KEY ("market_id","request_id") REFERENCES "public"."payment_request"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "credit_request" ADD CONSTRAINT "credit_request_customer_fk" FOREIGN KEY ("market_id","customer_id") REFERENCES "public"."credit_customer"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "shift" ADD CONSTRAINT "shift_market_id_stall_id_stall_market_id_id_fk" FOREIGN KEY ("market_id","stall_id") REFERENCES "public"."stall"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "shift" ADD CONSTRAINT "shift_market_id_user_id_app_user_market_id_id_fk" FOREIGN KEY ("market_id","user_id") REFERENCES "public"."app_user"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "credit_customer_stall_idx" ON "credit_customer" USING btree ("market_id","stall_id");--> statement-breakpoint
CREATE UNIQUE INDEX "credit_entry_reverses_key" ON "credit_entry" USING btree ("market_id","reverses_id") WHERE "credit_entry"."reverses_id" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "credit_entry_payment_key" ON "credit_entry" USING btree ("market_id","payment_id") WHERE "credit_entry"."kind" = 'paid_bank';--> statement-breakpoint
CREATE UNIQUE INDEX "credit_entry_cash_key" ON "credit_entry" USING btree ("market_id","cash_sale_id") WHERE "credit_entry"."kind" = 'paid_cash';--> statement-breakpoint
CREATE UNIQUE INDEX "shift_open_key" ON "shift" USING btree ("market_id","stall_id","user_id") WHERE "shift"."ended_at" is null;--> statement-breakpoint
CREATE INDEX "shift_stall_idx" ON "shift" USING btree ("market_id","stall_id","started_at");--> statement-breakpoint

-- Two shifts of one person at one stall have no moment in common, so that a sale is of one of them at most. An open one has no end.
ALTER TABLE shift ADD CONSTRAINT shift_one_at_a_time
  EXCLUDE USING gist (market_id WITH =, stall_id WITH =, user_id WITH =, tstzrange(started_at, ended_at) WITH &&);--> statement-breakpoint

DO $$
DECLARE
  tenant_table text;
BEGIN
  FOREACH tenant_table IN ARRAY ARRAY['shift', 'credit_customer', 'credit_entry', 'credit_request']
  LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', tenant_table);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', tenant_table);
    EXECUTE format(
      'CREATE POLICY market ON %I USING (market_id = nullif(current_setting(''app.market_id'', true), '''')) '
      'WITH CHECK (market_id = nullif(current_setting(''app.market_id'', true), ''''))', tenant_table);
    EXECUTE format('REVOKE ALL ON %I FROM PUBLIC', tenant_table);
    EXECUTE format('GRANT SELECT ON %I TO tv_api, tv_worker', tenant_table);
    EXECUTE format('GRANT INSERT ON %I TO tv_api', tenant_table);
  END LOOP;
END
$$;--> statement-breakpoint

-- A shift begins open, and nothing of it changes once its owner has accepted it.
GRANT UPDATE (ended_at, counted_vnd, expected_vnd, confirmed_by, confirmed_at, note) ON shift TO tv_api;--> statement-breakpoint
CREATE POLICY open_first ON shift AS RESTRICTIVE FOR INSERT TO tv_api WITH CHECK (ended_at IS NULL);--> statement-breakpoint
CREATE POLICY confirmed_once ON shift AS RESTRICTIVE FOR UPDATE TO tv_api USING (confirmed_at IS NULL) WITH CHECK (true);--> statement-breakpoint
-- What is kept for a time only goes at night.
GRANT DELETE, UPDATE (note) ON shift TO tv_worker;--> statement-breakpoint

-- A name may be erased and a line is never changed but for its words. That a bank paid is said by whoever hears banks, and
-- nothing else is said by it.
GRANT UPDATE (name, phone, erased_at) ON credit_customer TO tv_api, tv_worker;--> statement-breakpoint
GRANT UPDATE (note) ON credit_entry TO tv_api, tv_worker;--> statement-breakpoint
GRANT INSERT ON credit_entry TO tv_worker;--> statement-breakpoint
CREATE POLICY not_the_banks ON credit_entry AS RESTRICTIVE FOR INSERT TO tv_api
  WITH CHECK (kind NOT IN ('paid_bank', 'taken_back'));--> statement-breakpoint
CREATE POLICY the_banks ON credit_entry AS RESTRICTIVE FOR INSERT TO tv_worker
  WITH CHECK (kind IN ('paid_bank', 'taken_back'));--> statement-breakpoint

-- Who writes a line of somebody's book waits for whoever writes one of the same: the next begins where the last ended.
CREATE FUNCTION credit_lock(p_market text, p_customer text) RETURNS void LANGUAGE sql AS $$
  SELECT pg_advisory_xact_lock(hashtextextended('credit ' || p_market || ' ' || p_customer, 0))
$$;--> statement-breakpoint

-- Takes payments that came on requests for what is owed off that: of each as much as was still asked for and is still owed. The
-- rest is to go back, and never makes anybody owe less than nothing. What is still asked for is what the request is of without its
-- payments that the bank has left here: a shopper whose payment was taken back pays by the same code again. The verdict does not
-- say so, since the request was paid when it was judged.
CREATE FUNCTION credit_pay(p_market text, p_payments text[], p_at timestamptz) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  paid record;
  last record;
  came bigint;
  applied bigint;
BEGIN
  FOR paid IN
    SELECT p.id, p.amount_vnd, p.request_id, q.amount_vnd AS requested_vnd, r.customer_id
    FROM payment p JOIN credit_request r ON r.market_id = p.market_id AND r.request_id = p.request_id
    JOIN payment_request q ON q.market_id = p.market_id AND q.id = p.request_id
    WHERE p.market_id = p_market AND p.id = ANY (p_payments)
    ORDER BY r.customer_id, p.occurred_at, p.id
  LOOP
    PERFORM credit_lock(p_market, paid.customer_id);
    SELECT e.number, e.owed_after_vnd AS owed, e.surplus_after_vnd AS surplus INTO last FROM credit_entry e
    WHERE e.market_id = p_market AND e.customer_id = paid.customer_id ORDER BY e.number DESC LIMIT 1;
    SELECT coalesce(sum(o.amount_vnd), 0) INTO came FROM payment o
    JOIN credit_entry e ON e.market_id = o.market_id AND e.payment_id = o.id AND e.kind = 'paid_bank'
    WHERE o.market_id = p_market AND o.request_id = paid.request_id
      AND NOT EXISTS (SELECT FROM credit_entry b WHERE b.market_id = e.market_id AND b.reverses_id = e.id);
    applied := least(last.owed, paid.amount_vnd, greatest(paid.requested_vnd - came, 0));
    INSERT INTO credit_entry (market_id, id, customer_id, number, kind, amount_vnd, surplus_vnd, owed_before_vnd,
      owed_after_vnd, surplus_before_vnd, surplus_after_vnd, at, payment_id)
    VALUES (p_market, 'cen_' || substr(paid.id, 5), paid.customer_id, last.number + 1, 'paid_bank', -applied,
      paid.amount_vnd - applied, last.owed, last.owed - applied, last.surplus,
      last.surplus + paid.amount_vnd - applied, p_at, paid.id);
  END LOOP;
END
$$;--> statement-breakpoint

-- The bank took these payments back: what they paid is owed again, and so is what had gone back to the shopper already.
CREATE FUNCTION credit_take_back(p_market text, p_payments text[], p_at timestamptz) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  taken record;
  last record;
  left_vnd bigint;
BEGIN
  FOR taken IN
    SELECT e.id, e.customer_id, e.payment_id, e.amount_vnd, e.surplus_vnd FROM credit_entry e
    WHERE e.market_id = p_market AND e.payment_id = ANY (p_payments) AND e.kind = 'paid_bank'
      AND NOT EXISTS (SELECT FROM credit_entry b WHERE b.market_id = e.market_id AND b.reverses_id = e.id)
    ORDER BY e.customer_id, e.number
  LOOP
    PERFORM credit_lock(p_market, taken.customer_id);
    SELECT e.number, e.owed_after_vnd AS owed, e.surplus_after_vnd AS surplus INTO last FROM credit_entry e
    WHERE e.market_id = p_market AND e.customer_id = taken.customer_id ORDER BY e.number DESC LIMIT 1;
    left_vnd := least(last.surplus, taken.surplus_vnd);
    INSERT INTO credit_entry (market_id, id, customer_id, number, kind, amount_vnd, surplus_vnd, owed_before_vnd,
      owed_after_vnd, surplus_before_vnd, surplus_after_vnd, at, payment_id, reverses_id)
    VALUES (p_market, 'cen_back_' || substr(taken.id, 5), taken.customer_id, last.number + 1, 'taken_back',
      taken.surplus_vnd - taken.amount_vnd - left_vnd, -left_vnd, last.owed,
      last.owed + taken.surplus_vnd - taken.amount_vnd - left_vnd, last.surplus, last.surplus - left_vnd, p_at,
      taken.payment_id, taken.id);
  END LOOP;
END
$$;--> statement-breakpoint

REVOKE ALL ON FUNCTION credit_lock(text, text), credit_pay(text, text[], timestamptz),
  credit_take_back(text, text[], timestamptz) FROM PUBLIC;--> statement-breakpoint
GRANT EXECUTE ON FUNCTION credit_lock(text, text) TO tv_api, tv_worker;--> statement-breakpoint
GRANT EXECUTE ON FUNCTION credit_pay(text, text[], timestamptz), credit_take_back(text, text[], timestamptz)
  TO tv_worker;--> statement-breakpoint

-- A stallholder whose data goes takes the shoppers of her book along. Put into the function as it stands, so that what other
-- migrations add to it stays.
DO $do$
DECLARE
  body text := pg_get_functiondef('person_erase(text, text, text[], text, timestamptz)'::regprocedure);
  place constant text := '  DELETE FROM public.live_event x';
BEGIN
  IF length(body) - length(replace(body, place, '')) <> length(place) THEN
    RAISE EXCEPTION 'person_erase is not as this migration knows it';
  END IF;
  EXECUTE replace(body, place, $add$  UPDATE public.credit_entry x SET note = '' FROM public.credit_customer c
  WHERE x.market_id = p_market AND x.note <> '' AND c.market_id = p_market AND c.id = x.customer_id
    AND c.stall_id = asked.stall_id AND c.created_at >= since AND c.created_at < until;
  UPDATE public.credit_customer x SET name = '', phone = null, erased_at = p_at
  WHERE x.market_id = p_market AND x.stall_id = asked.stall_id AND x.erased_at IS NULL
    AND x.created_at >= since AND x.created_at < until;
  GET DIAGNOSTICS hit = ROW_COUNT;
  gone := gone || jsonb_build_object('credit_customers', hit);
  UPDATE public.shift x SET note = null
  WHERE x.market_id = p_market AND x.stall_id = asked.stall_id AND x.note IS NOT NULL
    AND x.started_at >= since AND x.started_at < until;
  GET DIAGNOSTICS hit = ROW_COUNT;
  gone := jsonb_set(gone, '{notes}', to_jsonb((gone ->> 'notes')::integer + hit));
$add$ || place);
END
$do$;
