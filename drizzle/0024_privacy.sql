-- What a stall has said to being seen by name, each time, and who asks that what is kept of them goes.
CREATE TABLE "consent_change" (
	"market_id" text NOT NULL,
	"id" text NOT NULL,
	"stall_id" text NOT NULL,
	"given" boolean NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"user_id" text,
	"words" text NOT NULL,
	"device" text,
	CONSTRAINT "consent_change_market_id_id_pk" PRIMARY KEY("market_id","id")
);
--> statement-breakpoint
CREATE TABLE "data_request" (
	"market_id" text NOT NULL,
	"id" text NOT NULL,
	"user_id" text NOT NULL,
	"stall_id" text NOT NULL,
	"asked_at" timestamp with time zone NOT NULL,
	"due_at" timestamp with time zone NOT NULL,
	"status" text DEFAULT 'open' NOT NULL,
	"answered_by" text,
	"answered_at" timestamp with time zone,
	"reason" text,
	"outcome" jsonb,
	CONSTRAINT "data_request_market_id_id_pk" PRIMARY KEY("market_id","id"),
	CONSTRAINT "data_request_due" CHECK ("data_request"."due_at" > "data_request"."asked_at"),
	CONSTRAINT "data_request_status" CHECK ("data_request"."status" in ('open', 'done', 'refused', 'withdrawn')),
	CONSTRAINT "data_request_answered" CHECK (num_nonnulls("data_request"."answered_by", "data_request"."answered_at") = case "data_request"."status" when 'open' then 0 else 2 end),
	CONSTRAINT "data_request_reason" CHECK (("data_request"."reason" is not null) = ("data_request"."status" = 'refused')),
	CONSTRAINT "data_request_outcome" CHECK (("data_request"."outcome" is not null) = ("data_request"."status" = 'done')),
	CONSTRAINT "data_request_two" CHECK (("data_request"."answered_by" = "data_request"."user_id") = ("data_request"."status" = 'withdrawn'))
);
--> statement-breakpoint
ALTER TABLE "consent_change" ADD CONSTRAINT "consent_change_market_id_stall_id_stall_market_id_id_fk" FOREIGN KEY ("market_id","stall_id") REFERENCES "public"."stall"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "consent_change" ADD CONSTRAINT "consent_change_market_id_user_id_app_user_market_id_id_fk" FOREIGN KEY ("market_id","user_id") REFERENCES "public"."app_user"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "data_request" ADD CONSTRAINT "data_request_market_id_stall_id_stall_market_id_id_fk" FOREIGN KEY ("market_id","stall_id") REFERENCES "public"."stall"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "data_request" ADD CONSTRAINT "data_request_market_id_user_id_app_user_market_id_id_fk" FOREIGN KEY ("market_id","user_id") REFERENCES "public"."app_user"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "data_request" ADD CONSTRAINT "data_request_market_id_answered_by_app_user_market_id_id_fk" FOREIGN KEY ("market_id","answered_by") REFERENCES "public"."app_user"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "statement" ALTER COLUMN "raw_file" DROP NOT NULL;--> statement-breakpoint
CREATE INDEX "consent_change_stall_idx" ON "consent_change" USING btree ("market_id","stall_id","at");--> statement-breakpoint
CREATE UNIQUE INDEX "data_request_open_key" ON "data_request" USING btree ("market_id","user_id") WHERE "data_request"."status" = 'open';--> statement-breakpoint
CREATE INDEX "data_request_asked_idx" ON "data_request" USING btree ("market_id","asked_at","id");--> statement-breakpoint

DO $$
DECLARE
  tenant_table text;
BEGIN
  FOREACH tenant_table IN ARRAY ARRAY['consent_change', 'data_request']
  LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', tenant_table);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', tenant_table);
    EXECUTE format(
      'CREATE POLICY market ON %I USING (market_id = nullif(current_setting(''app.market_id'', true), '''')) '
      'WITH CHECK (market_id = nullif(current_setting(''app.market_id'', true), ''''))', tenant_table);
    EXECUTE format('REVOKE ALL ON %I FROM PUBLIC', tenant_table);
    EXECUTE format('GRANT SELECT ON %I TO tv_api', tenant_table);
  END LOOP;
END
$$;--> statement-breakpoint

-- A consent of before this was kept: that it was given is known, and not with what words or by whom. Where more than one person
-- had the stall nobody knows whose it is, so it is asked for again.
ALTER TABLE stall NO FORCE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE contract NO FORCE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE consent_change NO FORCE ROW LEVEL SECURITY;--> statement-breakpoint
UPDATE stall s SET sales_consent_at = null WHERE sales_consent_at IS NOT NULL AND (
  SELECT count(DISTINCT coalesce(k.seller_id, k.stallholder_id)) FROM contract k
  WHERE k.market_id = s.market_id AND k.stall_id = s.id) > 1;--> statement-breakpoint
INSERT INTO consent_change (market_id, id, stall_id, given, at, words)
SELECT market_id, 'cns_' || substr(md5(market_id || id), 1, 20), id, true, sales_consent_at, 'unrecorded'
FROM stall WHERE sales_consent_at IS NOT NULL;--> statement-breakpoint
ALTER TABLE stall FORCE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE contract FORCE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE consent_change FORCE ROW LEVEL SECURITY;--> statement-breakpoint

-- A stall is seen by name only by what is in its history, and what is in its history is how it is seen: both are written by
-- this and by nothing else that serves requests. Said again, the same changes nothing and is no new row. A name is shown with all
-- days of the stall, so it is not given where days were sold on by somebody else, or where somebody else is to have the stall:
-- false then, and nothing is written.
REVOKE UPDATE (sales_consent_at) ON stall FROM tv_api;--> statement-breakpoint
CREATE FUNCTION consent_record(
  p_market text, p_id text, p_stall text, p_given boolean, p_user text, p_words text, p_device text, p_at timestamptz
) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  shown boolean;
  today date := (p_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date;
  here record;
BEGIN
  IF p_market IS NULL OR p_market IS DISTINCT FROM nullif(current_setting('app.market_id', true), '') THEN
    RAISE EXCEPTION 'consent: this session is not inside the market it names' USING ERRCODE = '42501';
  END IF;
  PERFORM 1 FROM public.app_user u
  WHERE u.market_id = p_market AND u.id = p_user AND u.role = 'stallholder' AND u.stall_id = p_stall;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'consent: only the holder of a stall says who may see it' USING ERRCODE = '23514';
  END IF;
  SELECT s.sales_consent_at IS NOT NULL INTO STRICT shown FROM public.stall s
  WHERE s.market_id = p_market AND s.id = p_stall FOR UPDATE;
  IF shown = p_given THEN
    RETURN true;
  END IF;
  IF p_given THEN
    -- Who stands at the stall today, as enrolments have it.
    SELECT coalesce(k.seller_id, k.stallholder_id) AS person, k.stallholder_id, k.seller_id INTO here FROM public.contract k
    WHERE k.market_id = p_market AND k.stall_id = p_stall AND k.starts_on <= today
      AND (k.ended_on IS NULL OR k.ended_on >= today)
    ORDER BY k.starts_on DESC LIMIT 1;
    PERFORM 1 FROM public.app_user u WHERE u.market_id = p_market AND u.id = p_user
      AND u.holder_id IS NOT NULL AND here.person IS NOT NULL
      AND u.holder_id IS DISTINCT FROM here.stallholder_id AND u.holder_id IS DISTINCT FROM here.seller_id;
    IF FOUND THEN
      RETURN false;
    END IF;
    PERFORM 1 FROM public.contract k WHERE k.market_id = p_market AND k.stall_id = p_stall
      AND coalesce(k.seller_id, k.stallholder_id) IS DISTINCT FROM here.person
      AND (k.starts_on > today OR EXISTS (
        SELECT FROM public.stall_day d WHERE d.market_id = p_market AND d.stall_id = p_stall
          AND d.day >= k.starts_on AND (k.ended_on IS NULL OR d.day <= k.ended_on)));
    IF FOUND THEN
      RETURN false;
    END IF;
  END IF;
  UPDATE public.stall s SET sales_consent_at = CASE WHEN p_given THEN p_at END
  WHERE s.market_id = p_market AND s.id = p_stall;
  INSERT INTO public.consent_change (market_id, id, stall_id, given, at, user_id, words, device)
  VALUES (p_market, p_id, p_stall, p_given, p_at, p_user, p_words, p_device);
  RETURN true;
END
$$;--> statement-breakpoint
REVOKE ALL ON FUNCTION consent_record(text, text, text, boolean, text, text, text, timestamptz) FROM PUBLIC;--> statement-breakpoint
GRANT EXECUTE ON FUNCTION consent_record(text, text, text, boolean, text, text, text, timestamptz) TO tv_api;--> statement-breakpoint

-- What one person said does not hold for the next: what a stall is seen by ends when somebody else has it, and nobody said so.
CREATE FUNCTION consent_end(p_market text, p_id text, p_stall text, p_at timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF p_market IS NULL OR p_market IS DISTINCT FROM nullif(current_setting('app.market_id', true), '') THEN
    RAISE EXCEPTION 'consent: this session is not inside the market it names' USING ERRCODE = '42501';
  END IF;
  UPDATE public.stall s SET sales_consent_at = null
  WHERE s.market_id = p_market AND s.id = p_stall AND s.sales_consent_at IS NOT NULL;
  IF FOUND THEN
    INSERT INTO public.consent_change (market_id, id, stall_id, given, at, words)
    VALUES (p_market, p_id, p_stall, false, p_at, 'holder_changed');
  END IF;
END
$$;--> statement-breakpoint
REVOKE ALL ON FUNCTION consent_end(text, text, text, timestamptz) FROM PUBLIC;--> statement-breakpoint
GRANT EXECUTE ON FUNCTION consent_end(text, text, text, timestamptz) TO tv_api;--> statement-breakpoint

-- Whoever serves requests takes one down, takes it back or refuses it. That one is done is said by the function that does it.
GRANT INSERT ON data_request TO tv_api;--> statement-breakpoint
GRANT UPDATE (status, answered_by, answered_at, reason) ON data_request TO tv_api;--> statement-breakpoint
CREATE POLICY open_first ON data_request AS RESTRICTIVE FOR INSERT TO tv_api WITH CHECK (status = 'open');--> statement-breakpoint
CREATE POLICY answered_once ON data_request AS RESTRICTIVE FOR UPDATE TO tv_api
  USING (status = 'open') WITH CHECK (status <> 'done');--> statement-breakpoint

-- Takes away what is kept of the person who asked, and of nobody else: the columns are named one by one. Refused while the
-- market still has something to settle with them. The books are not touched: they hold no name.
CREATE FUNCTION person_erase(p_market text, p_request text, p_holders text[], p_by text, p_at timestamptz) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  asked public.data_request;
  gone jsonb := '{}';
  hit integer;
  accounts text[];
  feeds text[];
  moved text[];
  since timestamptz;
  until timestamptz;
BEGIN
  IF p_market IS NULL OR p_market IS DISTINCT FROM nullif(current_setting('app.market_id', true), '') THEN
    RAISE EXCEPTION 'erasure: this session is not inside the market it names' USING ERRCODE = '42501';
  END IF;
  SELECT * INTO STRICT asked FROM public.data_request r
  WHERE r.market_id = p_market AND r.id = p_request AND r.status = 'open' FOR UPDATE;
  PERFORM 1 FROM public.app_user u WHERE u.market_id = p_market AND u.id = p_by AND u.role IN ('head', 'admin');
  IF NOT FOUND THEN
    RAISE EXCEPTION 'erasure: only the head of the board or the administrator' USING ERRCODE = '42501';
  END IF;
  -- Nobody's days are taken to be this person's because it is not known which are.
  IF coalesce(cardinality(p_holders), 0) = 0 THEN
    PERFORM 1 FROM public.contract k WHERE k.market_id = p_market AND k.stall_id = asked.stall_id;
    IF FOUND THEN
      RAISE EXCEPTION 'erasure: which of the people of the stall asks is not known' USING ERRCODE = '55000';
    END IF;
  END IF;
  PERFORM 1 FROM public.contract k WHERE k.market_id = p_market AND k.ended_on IS NULL
    AND (k.stallholder_id = ANY (p_holders) OR k.seller_id = ANY (p_holders));
  IF FOUND THEN
    RAISE EXCEPTION 'erasure: a contract still binds' USING ERRCODE = '55000';
  END IF;
  PERFORM 1 FROM public.charge c JOIN public.contract k ON k.market_id = c.market_id AND k.id = c.contract_id
  WHERE c.market_id = p_market AND c.outstanding_vnd > 0 AND k.stallholder_id = ANY (p_holders);
  IF FOUND THEN
    RAISE EXCEPTION 'erasure: a charge is still owed' USING ERRCODE = '55000';
  END IF;

  -- Of a stall that others had before or have since, only the days that were this person's.
  SELECT min(k.starts_on)::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh',
    (max(k.ended_on) + 1)::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh' INTO since, until
  FROM public.contract k WHERE k.market_id = p_market AND k.stall_id = asked.stall_id
    AND (k.stallholder_id = ANY (p_holders) OR k.seller_id = ANY (p_holders));
  since := coalesce(since, '-infinity');
  until := coalesce(until, 'infinity');

  UPDATE public.stallholder h SET phone = null, email = null
  WHERE h.market_id = p_market AND h.id = ANY (p_holders) AND EXISTS (
    SELECT FROM public.contract k WHERE k.market_id = p_market AND k.stall_id = asked.stall_id
      AND h.id IN (k.stallholder_id, k.seller_id));
  GET DIAGNOSTICS hit = ROW_COUNT;
  gone := gone || jsonb_build_object('contact', hit);

  DELETE FROM public.push_subscription x WHERE x.market_id = p_market AND x.user_id = asked.user_id;
  GET DIAGNOSTICS hit = ROW_COUNT;
  gone := gone || jsonb_build_object('push', hit);
  DELETE FROM public.session x WHERE x.market_id = p_market AND x.user_id = asked.user_id;
  GET DIAGNOSTICS hit = ROW_COUNT;
  gone := gone || jsonb_build_object('sessions', hit);
  DELETE FROM public.device x WHERE x.market_id = p_market AND x.user_id = asked.user_id;
  GET DIAGNOSTICS hit = ROW_COUNT;
  gone := gone || jsonb_build_object('devices', hit);
  -- What the trail says of the person, and of the stall on the days that were theirs and of their contracts; each entry and
  -- its place in the chain stay.
  gone := gone || jsonb_build_object('trail', public.audit_erase(p_market, asked.user_id, p_at, p_at));
  UPDATE public.audit_value v SET salt = null, value = null, erased_at = p_at
  FROM public.audit_entry e
  WHERE v.market_id = p_market AND v.erased_at IS NULL AND v.about = asked.stall_id
    AND e.market_id = p_market AND e.seq = v.seq
    AND (e.at >= since AND e.at < until OR EXISTS (
      SELECT FROM public.contract k WHERE k.market_id = p_market AND k.id = e.object_id
        AND (k.stallholder_id = ANY (p_holders) OR k.seller_id = ANY (p_holders))))
    AND NOT EXISTS (
      SELECT FROM public.contract k WHERE k.market_id = p_market AND k.id = e.object_id
        AND NOT coalesce(k.stallholder_id = ANY (p_holders) OR k.seller_id = ANY (p_holders), false));
  GET DIAGNOSTICS hit = ROW_COUNT;
  gone := jsonb_set(gone, '{trail}', to_jsonb((gone ->> 'trail')::integer + hit));
  DELETE FROM public.idempotency_key x WHERE x.market_id = p_market AND x.principal = asked.user_id;
  GET DIAGNOSTICS hit = ROW_COUNT;
  gone := gone || jsonb_build_object('answers', hit);
  DELETE FROM public.directory d WHERE d.kind = 'login' AND d.market_id = p_market AND d.object_id = asked.user_id;
  UPDATE public.app_user u SET login = 'erased-' || u.id, name = 'Đã xóa', secret_hash = null, removed_at = p_at
  WHERE u.market_id = p_market AND u.id = asked.user_id;
  gone := gone || jsonb_build_object('login', 1);
  -- Both tables come with the next migration. Of a market that she has joined, or that asked her, only the way there is known here.
  DELETE FROM public.person_market x WHERE x.market_id = p_market AND x.user_id = asked.user_id
    OR x.home_market_id = p_market AND x.home_user_id = asked.user_id;
  UPDATE public.membership x SET login = 'erased-' || x.id, name = 'Đã xóa', ended_at = coalesce(x.ended_at, p_at)
  WHERE x.market_id = p_market AND x.user_id = asked.user_id;

  UPDATE public.payment_request x SET note = null
  WHERE x.market_id = p_market AND x.stall_id = asked.stall_id AND x.note IS NOT NULL
    AND x.created_at >= since AND x.created_at < until;
  GET DIAGNOSTICS hit = ROW_COUNT;
  gone := gone || jsonb_build_object('notes', hit);
  UPDATE public.cash_sale x SET note = null
  WHERE x.market_id = p_market AND x.stall_id = asked.stall_id AND x.note IS NOT NULL
    AND x.occurred_at >= since AND x.occurred_at < until;
  GET DIAGNOSTICS hit = ROW_COUNT;
  gone := jsonb_set(gone, '{notes}', to_jsonb((gone ->> 'notes')::integer + hit));
  UPDATE public.visit x SET note = null
  WHERE x.market_id = p_market AND x.stall_id = asked.stall_id AND x.note IS NOT NULL
    AND x.visited_at >= since AND x.visited_at < until;
  GET DIAGNOSTICS hit = ROW_COUNT;
  gone := jsonb_set(gone, '{notes}', to_jsonb((gone ->> 'notes')::integer + hit));
  UPDATE public.sale_refund x SET to_whom = ''
  WHERE x.market_id = p_market AND x.stall_id = asked.stall_id AND x.promised_at >= since AND x.promised_at < until;
  GET DIAGNOSTICS hit = ROW_COUNT;
  gone := gone || jsonb_build_object('shoppers', hit);
  DELETE FROM public.live_event x
  WHERE x.market_id = p_market AND x.stall_id = asked.stall_id AND x.created_at >= since AND x.created_at < until;
  GET DIAGNOSTICS hit = ROW_COUNT;
  gone := gone || jsonb_build_object('live_events', hit);
  DELETE FROM public.notice x
  WHERE x.market_id = p_market AND x.stall_id = asked.stall_id AND x.created_at >= since AND x.created_at < until;
  GET DIAGNOSTICS hit = ROW_COUNT;
  gone := gone || jsonb_build_object('notices', hit);

  SELECT coalesce(array_agg(a.id), '{}') INTO accounts FROM public.receiving_account a
  WHERE a.market_id = p_market AND a.stall_id = asked.stall_id;
  SELECT coalesce(array_agg(b.id), '{}') INTO moved FROM public.bank_transaction b
  WHERE b.market_id = p_market AND b.account_id = ANY (accounts) AND b.occurred_at >= since AND b.occurred_at < until;
  UPDATE public.payment x SET memo_tail = ''
  WHERE x.market_id = p_market AND x.stall_id = asked.stall_id AND x.occurred_at >= since AND x.occurred_at < until;
  UPDATE public.bank_transaction b
  SET content = '', account_number = '', provider = '{"codeHint": null, "virtualAccount": null}'
  WHERE b.market_id = p_market AND b.id = ANY (moved);
  GET DIAGNOSTICS hit = ROW_COUNT;
  gone := gone || jsonb_build_object('memos', hit);
  -- A message that also tells of somebody else stays until its time is up.
  UPDATE public.feed_inbox f SET raw_body = null, erased_at = p_at, proof = null
  WHERE f.market_id = p_market AND f.raw_body IS NOT NULL AND f.state = 'done'
    AND f.id IN (
      SELECT e.inbox_id FROM public.feed_event e
      WHERE e.market_id = p_market AND e.bank_transaction_id = ANY (moved))
    AND NOT EXISTS (
      SELECT FROM public.feed_event e WHERE e.market_id = p_market AND e.inbox_id = f.id
        AND (e.bank_transaction_id IS NULL OR e.bank_transaction_id <> ALL (moved)));
  GET DIAGNOSTICS hit = ROW_COUNT;
  gone := gone || jsonb_build_object('messages', hit);
  -- A file of a month in which the stall changed hands goes too: nothing reads it again, and its rows are kept as movements.
  UPDATE public.statement x SET raw_file = null
  WHERE x.market_id = p_market AND x.account_id = ANY (accounts) AND x.raw_file IS NOT NULL
    AND x.to_day >= (since AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AND x.from_day < (until AT TIME ZONE 'Asia/Ho_Chi_Minh')::date;
  GET DIAGNOSTICS hit = ROW_COUNT;
  gone := jsonb_set(gone, '{messages}', to_jsonb((gone ->> 'messages')::integer + hit));
  -- Her own feeds are heard no more, and what opens them at the bank's or the provider's goes, whoever has the stall now.
  SELECT coalesce(array_agg(c.id), '{}') INTO feeds FROM public.connection c
  WHERE c.market_id = p_market AND c.stall_id = asked.stall_id AND c.provider <> 'statement'
    AND c.created_at >= since AND c.created_at < until;
  DELETE FROM public.connection_pull x WHERE x.market_id = p_market AND x.connection_id = ANY (feeds);
  DELETE FROM public.connection_secret x WHERE x.market_id = p_market AND x.connection_id = ANY (feeds);
  UPDATE public.connection c SET revoked_at = p_at, revoked_by = p_by
  WHERE c.market_id = p_market AND c.id = ANY (feeds) AND c.revoked_at IS NULL;
  DELETE FROM public.connection_account x WHERE x.market_id = p_market AND x.connection_id = ANY (feeds);
  -- Of an account that goes on being paid into, the oldest feed that is left has the say, as when one is revoked.
  UPDATE public.connection_account x SET authoritative = true
  FROM (
    SELECT DISTINCT ON (o.bin, o.number) o.bin, o.number, o.connection_id FROM public.connection_account o
    JOIN public.connection c ON c.market_id = o.market_id AND c.id = o.connection_id
    JOIN public.receiving_account a ON a.market_id = o.market_id AND a.bin = o.bin AND a.number = o.number
    WHERE o.market_id = p_market AND a.id = ANY (accounts) AND c.revoked_at IS NULL AND c.provider <> 'statement'
      AND NOT EXISTS (SELECT FROM public.connection_account s
        WHERE s.market_id = p_market AND s.bin = o.bin AND s.number = o.number AND s.authoritative)
    ORDER BY o.bin, o.number, c.created_at, c.id) heir
  WHERE x.market_id = p_market AND x.connection_id = heir.connection_id AND x.bin = heir.bin AND x.number = heir.number;
  -- An account that is paid into still, since somebody else has the stall by now, is that person's.
  PERFORM 1 FROM public.contract k WHERE k.market_id = p_market AND k.stall_id = asked.stall_id AND k.ended_on IS NULL;
  IF FOUND THEN
    accounts := '{}';
  END IF;
  DELETE FROM public.connection_account x USING public.receiving_account a
  WHERE x.market_id = p_market AND a.market_id = p_market AND a.id = ANY (accounts)
    AND x.bin = a.bin AND x.number = a.number;
  UPDATE public.connection c SET revoked_at = p_at, revoked_by = p_by
  WHERE c.market_id = p_market AND c.stall_id = asked.stall_id AND c.revoked_at IS NULL
    AND accounts <> '{}';
  UPDATE public.receiving_account a SET number = 'erased-' || a.id, holder = '', is_default = false
  WHERE a.market_id = p_market AND a.id = ANY (accounts);
  GET DIAGNOSTICS hit = ROW_COUNT;
  gone := gone || jsonb_build_object('accounts', hit);

  UPDATE public.data_request r SET status = 'done', answered_by = p_by, answered_at = p_at, outcome = gone
  WHERE r.market_id = p_market AND r.id = p_request;
  RETURN gone;
END
$$;--> statement-breakpoint
REVOKE ALL ON FUNCTION person_erase(text, text, text[], text, timestamptz) FROM PUBLIC;--> statement-breakpoint
GRANT EXECUTE ON FUNCTION person_erase(text, text, text[], text, timestamptz) TO tv_api;--> statement-breakpoint

-- What is kept for a time only is taken away at night by whoever does the work of the clock, column by column.
GRANT UPDATE (raw_body, erased_at, proof) ON feed_inbox TO tv_worker;--> statement-breakpoint
GRANT UPDATE (raw_file) ON statement TO tv_worker;--> statement-breakpoint
GRANT UPDATE (content) ON bank_transaction TO tv_worker;--> statement-breakpoint
GRANT SELECT ON payment_request, cash_sale, visit, look TO tv_worker;--> statement-breakpoint
GRANT UPDATE (note) ON payment_request, cash_sale, visit TO tv_worker;--> statement-breakpoint
GRANT UPDATE (memo_tail) ON payment TO tv_worker;--> statement-breakpoint
GRANT DELETE ON notice, look TO tv_worker;
