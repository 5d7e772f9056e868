-- Whose rows anybody may see, and what each role may do. Row-level security stops mistakes, not SQL injection: a
-- statement that can set app.market_id can choose its market.

DO $$
DECLARE
  tenant_table text;
BEGIN
  FOREACH tenant_table IN ARRAY ARRAY[
    'market', 'zone', 'stall', 'receiving_account', 'payment_code', 'app_user', 'session', 'idempotency_key', 'approval',
    'connection', 'connection_account', 'connection_secret', 'feed_inbox', 'feed_event', 'bank_transaction', 'sighting',
    'payment_request', 'payment', 'stall_day', 'suspense', 'live_counter', 'live_event', 'cash_sale',
    'tariff', 'billing_round', 'charge', 'charge_line', 'receipt_counter', 'receipt']
  LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', tenant_table);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', tenant_table);
    EXECUTE format('CREATE POLICY market ON %I USING (market_id = nullif(current_setting(''app.market_id'', true), ''''))
                    WITH CHECK (market_id = nullif(current_setting(''app.market_id'', true), ''''))', tenant_table);
    EXECUTE format('REVOKE ALL ON %I FROM PUBLIC', tenant_table);
  END LOOP;
END
$$;--> statement-breakpoint
REVOKE ALL ON directory, feed_lane, inbox_queue FROM PUBLIC;--> statement-breakpoint

-- The process that answers HTTP. It never writes what a bank said, and reads secrets only to check a signature.
GRANT SELECT ON market, zone, stall, receiving_account, payment_code, app_user, session, idempotency_key, approval,
  connection, connection_account, connection_secret, bank_transaction, payment_request, payment, stall_day, suspense,
  live_counter, live_event, cash_sale, tariff, billing_round, charge, charge_line, receipt_counter, receipt TO tv_api;--> statement-breakpoint
GRANT INSERT ON session, idempotency_key, approval, payment_code, payment_request, cash_sale, billing_round, charge,
  charge_line, payment, stall_day, receipt, receipt_counter TO tv_api;--> statement-breakpoint
GRANT DELETE ON session TO tv_api;--> statement-breakpoint
GRANT UPDATE (failed_count, locked_until) ON app_user TO tv_api;--> statement-breakpoint
GRANT UPDATE (approved_by, approved_at) ON approval TO tv_api;--> statement-breakpoint
GRANT UPDATE (sales_consent_at) ON stall TO tv_api;--> statement-breakpoint
GRANT UPDATE (status) ON payment_request TO tv_api;--> statement-breakpoint
GRANT UPDATE (undone_at) ON cash_sale TO tv_api;--> statement-breakpoint
GRANT UPDATE (status, issued_at) ON billing_round TO tv_api;--> statement-breakpoint
GRANT UPDATE (paid_vnd) ON charge TO tv_api;--> statement-breakpoint
GRANT UPDATE (amount_vnd, count) ON stall_day TO tv_api;--> statement-breakpoint
GRANT UPDATE (last_number) ON receipt_counter TO tv_api;--> statement-breakpoint
GRANT UPDATE (status, resolution, resolved_by, resolved_reason, resolved_at) ON suspense TO tv_api;--> statement-breakpoint

-- A payment exists because a bank said so. A person can only say what money in suspense was for.
CREATE POLICY person_only ON payment AS RESTRICTIVE FOR INSERT TO tv_api
  WITH CHECK (matched_by = 'person' AND purpose = 'charge');--> statement-breakpoint
CREATE POLICY cash_only_insert ON stall_day AS RESTRICTIVE FOR INSERT TO tv_api WITH CHECK (cash);--> statement-breakpoint
CREATE POLICY cash_only_update ON stall_day AS RESTRICTIVE FOR UPDATE TO tv_api USING (cash) WITH CHECK (cash);--> statement-breakpoint

-- The process that works through what banks said.
GRANT SELECT ON market, zone, stall, receiving_account, payment_code, connection, connection_account, feed_inbox,
  feed_event, bank_transaction, sighting, payment_request, payment, stall_day, suspense, live_counter, live_event,
  tariff, billing_round, charge, receipt_counter, receipt, session, idempotency_key TO tv_worker;--> statement-breakpoint
GRANT INSERT ON feed_event, bank_transaction, sighting, payment, stall_day, suspense, live_counter, live_event, receipt,
  receipt_counter TO tv_worker;--> statement-breakpoint
GRANT UPDATE (state, attempts, problem) ON feed_inbox TO tv_worker;--> statement-breakpoint
GRANT UPDATE (last_heard_at, deaf_since) ON connection TO tv_worker;--> statement-breakpoint
GRANT UPDATE (paid_vnd, status) ON payment_request TO tv_worker;--> statement-breakpoint
GRANT UPDATE (paid_vnd) ON charge TO tv_worker;--> statement-breakpoint
GRANT UPDATE (amount_vnd, count) ON stall_day TO tv_worker;--> statement-breakpoint
GRANT UPDATE (last_number) ON live_counter TO tv_worker;--> statement-breakpoint
GRANT UPDATE (last_number) ON receipt_counter TO tv_worker;--> statement-breakpoint
GRANT DELETE ON session, idempotency_key, live_event TO tv_worker;--> statement-breakpoint
GRANT SELECT, UPDATE ON feed_lane TO tv_worker;--> statement-breakpoint
GRANT SELECT, UPDATE, DELETE ON inbox_queue TO tv_worker;--> statement-breakpoint

-- Before a market is known: one exact key in, one place out. Nothing here can be listed.
CREATE FUNCTION directory_find(p_kind text, p_key text) RETURNS TABLE (market_id text, object_id text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT d.market_id, d.object_id FROM public.directory d WHERE d.kind = p_kind AND d.key = p_key
$$;--> statement-breakpoint
REVOKE ALL ON FUNCTION directory_find(text, text) FROM PUBLIC;--> statement-breakpoint
GRANT EXECUTE ON FUNCTION directory_find(text, text) TO tv_api;--> statement-breakpoint

CREATE FUNCTION directory_add_receipts(p_market text, p_tokens text[], p_ids text[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF p_market IS NULL OR p_market IS DISTINCT FROM nullif(current_setting('app.market_id', true), '') THEN
    RAISE EXCEPTION 'directory: this session is not inside the market it names' USING ERRCODE = '42501';
  END IF;
  INSERT INTO public.directory (kind, key, market_id, object_id)
  SELECT 'receipt', r.token, p_market, r.id FROM unnest(p_tokens, p_ids) AS r (token, id);
END
$$;--> statement-breakpoint
REVOKE ALL ON FUNCTION directory_add_receipts(text, text[], text[]) FROM PUBLIC;--> statement-breakpoint
GRANT EXECUTE ON FUNCTION directory_add_receipts(text, text[], text[]) TO tv_api, tv_worker;--> statement-breakpoint

-- The one place that writes for several markets at once: what arrives together is committed together. It enters each
-- market in turn (for this one transaction) and takes a row only where the directory says that the
-- connection belongs there. Answers the ids that were new.
CREATE FUNCTION intake_store(
  p_market_ids text[], p_ids text[], p_connection_ids text[], p_providers text[], p_key_ids text[],
  p_content_types text[], p_raw_bodies bytea[], p_body_hashes bytea[], p_received_at timestamptz[]
) RETURNS SETOF text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  entered text;
BEGIN
  FOR entered IN SELECT DISTINCT unnest(p_market_ids)
  LOOP
    PERFORM set_config('app.market_id', entered, true);
    RETURN QUERY
    WITH stored AS (
      INSERT INTO public.feed_inbox AS f
        (market_id, id, connection_id, provider, key_id, content_type, raw_body, body_hash, received_at)
      SELECT m.market_id, m.id, m.connection_id, m.provider, m.key_id, m.content_type, m.raw_body, m.body_hash, m.received_at
      FROM unnest(p_market_ids, p_ids, p_connection_ids, p_providers, p_key_ids, p_content_types, p_raw_bodies,
                  p_body_hashes, p_received_at)
        AS m (market_id, id, connection_id, provider, key_id, content_type, raw_body, body_hash, received_at)
      JOIN public.directory d ON d.kind = 'connection' AND d.key = m.connection_id AND d.market_id = m.market_id
      WHERE m.market_id = entered
      ON CONFLICT DO NOTHING
      RETURNING f.market_id, f.id, f.received_at
    )
    INSERT INTO public.inbox_queue AS q (market_id, inbox_id, due_at)
    SELECT s.market_id, s.id, s.received_at FROM stored s
    RETURNING q.inbox_id;
  END LOOP;
  PERFORM set_config('app.market_id', '', true);
END
$$;--> statement-breakpoint
REVOKE ALL ON FUNCTION intake_store(text[], text[], text[], text[], text[], text[], bytea[], bytea[], timestamptz[]) FROM PUBLIC;--> statement-breakpoint
GRANT EXECUTE ON FUNCTION intake_store(text[], text[], text[], text[], text[], text[], bytea[], bytea[], timestamptz[]) TO tv_api;
