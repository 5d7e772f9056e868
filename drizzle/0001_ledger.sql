-- The ledger's rules in the database: who may see which rows, and the functions that are the only way to write them.
-- Every function is SECURITY DEFINER of tv_owner, pins its search_path, is revoked from PUBLIC, and first raises
-- unless its market argument is the market of the session. tv_owner is under FORCE ROW LEVEL SECURITY like anyone.

ALTER TABLE ledger_head SET (fillfactor = 20);--> statement-breakpoint
ALTER TABLE ledger_balance SET (fillfactor = 50);--> statement-breakpoint
ALTER TABLE ledger_day SET (fillfactor = 70);--> statement-breakpoint

DO $$
DECLARE
  ledger_table text;
BEGIN
  FOREACH ledger_table IN ARRAY ARRAY['ledger_head', 'ledger_account', 'ledger_balance', 'ledger_day', 'ledger_txn',
                                      'ledger_transfer', 'ledger_block', 'ledger_seal']
  LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', ledger_table);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', ledger_table);
    EXECUTE format('CREATE POLICY market ON %I USING (market_id = nullif(current_setting(''app.market_id'', true), ''''))
                    WITH CHECK (market_id = nullif(current_setting(''app.market_id'', true), ''''))', ledger_table);
    EXECUTE format('REVOKE ALL ON %I FROM PUBLIC, tv_api, tv_worker', ledger_table);
    EXECUTE format('GRANT SELECT ON %I TO tv_api, tv_worker', ledger_table);
  END LOOP;
END
$$;--> statement-breakpoint

-- Raises unless the caller's transaction is inside the market it names.
CREATE FUNCTION ledger_require_market(p_market text) RETURNS void
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF p_market IS NULL OR p_market IS DISTINCT FROM nullif(current_setting('app.market_id', true), '') THEN
    RAISE EXCEPTION 'ledger: this session is not inside the market it names' USING ERRCODE = '42501';
  END IF;
END
$$;--> statement-breakpoint

-- Text as the hashes read it: its length in bytes (4 bytes, big-endian), then its UTF-8 bytes. The two encoders are
-- plain SQL without settings of their own, so that the planner inlines them into the statement that hashes a batch.
CREATE FUNCTION ledger_bytes(p_text text) RETURNS bytea
LANGUAGE sql STABLE AS $$
  SELECT int4send(octet_length(p_text)) || convert_to(p_text, 'UTF8')
$$;--> statement-breakpoint

-- Opens accounts, and the market's head with the first of them. Safe to repeat; an account that is already open under
-- another meaning is an error. Answers how many were opened.
CREATE FUNCTION ledger_open_accounts(
  p_market text, p_id text[], p_book text[], p_code text[], p_gl_code text[], p_side text[], p_name text[]
) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  v_opened integer;
  v_other text;
BEGIN
  PERFORM ledger_require_market(p_market);
  INSERT INTO ledger_head (market_id, hash) VALUES (p_market, decode(repeat('00', 32), 'hex')) ON CONFLICT DO NOTHING;

  WITH opened AS (
    INSERT INTO ledger_account (market_id, id, book, code, gl_code, side, name, opened_at)
    SELECT p_market, a.id, a.book, a.code, a.gl_code, a.side, a.name, date_trunc('milliseconds', clock_timestamp())
    FROM unnest(p_id, p_book, p_code, p_gl_code, p_side, p_name) AS a(id, book, code, gl_code, side, name)
    ORDER BY a.id
    ON CONFLICT (market_id, id) DO NOTHING
    RETURNING id
  )
  INSERT INTO ledger_balance (market_id, account_id) SELECT p_market, id FROM opened;
  GET DIAGNOSTICS v_opened = ROW_COUNT;

  SELECT a.id INTO v_other
  FROM unnest(p_id, p_book, p_gl_code, p_side) AS a(id, book, gl_code, side)
  WHERE NOT (SELECT o.book = a.book AND o.gl_code = a.gl_code AND o.side = a.side
             FROM ledger_account AS o WHERE o.market_id = p_market AND o.id = a.id)
  LIMIT 1;
  IF v_other IS NOT NULL THEN
    RAISE EXCEPTION 'ledger: account % is already open with another meaning', v_other USING ERRCODE = '22023';
  END IF;
  RETURN v_opened;
END
$$;--> statement-breakpoint

-- Raises for the first item that cannot be posted whatever the books hold. Reads no table, so it runs before the lock.
CREATE FUNCTION ledger_check_items(
  p_idem text[], p_kind text[], p_occurred timestamptz[], p_source_kind text[], p_source_id text[], p_reverses bigint[],
  p_item integer[], p_book text[], p_debit text[], p_credit text[], p_amount bigint[]
) RETURNS void
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  v_items integer := cardinality(p_idem);
  v_legs integer := cardinality(p_item);
  v_bad integer;
  v_why text;
BEGIN
  IF NOT coalesce(cardinality(p_kind) = v_items AND cardinality(p_occurred) = v_items AND cardinality(p_source_kind) = v_items
      AND cardinality(p_source_id) = v_items AND cardinality(p_reverses) = v_items AND cardinality(p_book) = v_legs
      AND cardinality(p_debit) = v_legs AND cardinality(p_credit) = v_legs AND cardinality(p_amount) = v_legs, false) THEN
    RAISE EXCEPTION 'ledger: the arrays of a batch must be of one length' USING ERRCODE = '22023';
  END IF;

  SELECT i INTO v_bad FROM generate_series(1, v_items) AS i
  WHERE NOT coalesce(length(p_idem[i]) BETWEEN 1 AND 200 AND p_kind[i] <> '' AND isfinite(p_occurred[i])
    AND p_source_kind[i] <> '' AND p_source_id[i] <> '', false)
  LIMIT 1;
  v_why := 'needs a key of 1 to 200 characters, a kind, a time and a source';

  IF v_bad IS NULL THEN
    SELECT p_item[i] INTO v_bad FROM generate_series(1, v_legs) AS i
    WHERE NOT coalesce(p_amount[i] > 0 AND p_debit[i] <> p_credit[i] AND p_item[i] BETWEEN 1 AND v_items
      AND starts_with(p_debit[i], p_book[i] || ':') AND starts_with(p_credit[i], p_book[i] || ':'), false)
    LIMIT 1;
    v_why := 'needs transfers of more than 0 đồng between two accounts of one book';
  END IF;

  IF v_bad IS NULL AND (SELECT count(DISTINCT one) FROM unnest(p_item) AS one) <> v_items THEN
    SELECT i INTO v_bad FROM generate_series(1, v_items) AS i WHERE i <> ALL (p_item) LIMIT 1;
    v_why := 'has no transfer';
  END IF;

  IF v_bad IS NOT NULL THEN
    RAISE EXCEPTION 'ledger: item % (key %) %', v_bad, quote_nullable(p_idem[v_bad]), v_why USING ERRCODE = '22023';
  END IF;
END
$$;--> statement-breakpoint

-- Raises for the first new item (p_new[item] is its number, null when it is not new) whose accounts are unknown or
-- closed, or hold bank money (112) when the caller is the office; and for the first that is not a true reversal.
CREATE FUNCTION ledger_check_books(
  p_market text, p_office boolean, p_new bigint[], p_idem text[], p_reverses bigint[],
  p_item integer[], p_book text[], p_debit text[], p_credit text[], p_amount bigint[]
) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  v_accounts text[];
  v_bad integer;
  v_account text;
  v_why text;
BEGIN
  v_accounts := ARRAY(
    SELECT p_debit[i] FROM generate_series(1, cardinality(p_item)) AS i WHERE p_new[p_item[i]] IS NOT NULL
    UNION
    SELECT p_credit[i] FROM generate_series(1, cardinality(p_item)) AS i WHERE p_new[p_item[i]] IS NOT NULL
  );
  v_accounts := ARRAY(
    SELECT one FROM unnest(v_accounts) AS one
    EXCEPT
    SELECT id FROM ledger_account
    WHERE market_id = p_market AND id = ANY (v_accounts) AND closed_at IS NULL AND NOT (p_office AND gl_code = '112')
  );
  IF cardinality(v_accounts) > 0 THEN
    SELECT p_item[i], CASE WHEN p_debit[i] = ANY (v_accounts) THEN p_debit[i] ELSE p_credit[i] END INTO v_bad, v_account
    FROM generate_series(1, cardinality(p_item)) AS i
    WHERE p_new[p_item[i]] IS NOT NULL AND (p_debit[i] = ANY (v_accounts) OR p_credit[i] = ANY (v_accounts))
    LIMIT 1;
    SELECT CASE WHEN closed_at IS NOT NULL THEN 'is closed' ELSE 'holds bank money, which only a bank''s word may move' END
    INTO v_why FROM ledger_account WHERE market_id = p_market AND id = v_account;
    RAISE EXCEPTION 'ledger: item % (key %) account % %', v_bad, quote_nullable(p_idem[v_bad]), v_account,
      coalesce(v_why, 'is not open') USING ERRCODE = CASE WHEN v_why LIKE 'holds%' THEN '42501' ELSE '22023' END;
  END IF;

  SELECT i INTO v_bad FROM generate_series(1, cardinality(p_idem)) AS i
  WHERE p_new[i] IS NOT NULL AND p_reverses[i] IS NOT NULL AND (
    EXISTS (SELECT FROM ledger_txn WHERE market_id = p_market AND reverses_seq = p_reverses[i])
    OR (SELECT array_agg(ROW (book, credit_account, debit_account, amount_vnd)::text ORDER BY leg)
        FROM ledger_transfer WHERE market_id = p_market AND seq = p_reverses[i])
      IS DISTINCT FROM
       (SELECT array_agg(ROW (p_book[j], p_debit[j], p_credit[j], p_amount[j])::text ORDER BY j)
        FROM generate_series(1, cardinality(p_item)) AS j WHERE p_item[j] = i))
  LIMIT 1;
  IF v_bad IS NOT NULL THEN
    RAISE EXCEPTION 'ledger: item % (key %) cannot reverse %: it is unknown, reversed before, or not mirrored', v_bad,
      quote_nullable(p_idem[v_bad]), p_reverses[v_bad] USING ERRCODE = '22023';
  END IF;
END
$$;--> statement-breakpoint

-- Posts a batch as one block: the body behind ledger_post, ledger_post_office and the reversals, callable by none.
-- Item i is p_idem[i], p_kind[i] …; transfer j belongs to item p_item[j], and an item's legs are numbered in order.
-- The planner settings pin the plans: the tables start empty, and a plan made then must not scan them when they are big.
CREATE FUNCTION ledger_write(
  p_office boolean, p_market text,
  p_idem text[], p_kind text[], p_occurred timestamptz[], p_source_kind text[], p_source_id text[], p_reverses bigint[],
  p_item integer[], p_book text[], p_debit text[], p_credit text[], p_amount bigint[]
) RETURNS TABLE (item integer, outcome text, seq bigint)
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET jit = off AS $$
#variable_conflict use_column
DECLARE
  v_items integer := cardinality(p_idem);
  v_legs integer := cardinality(p_item);
  v_head ledger_head;
  v_hash bytea[];
  v_day date[];
  v_used_keys text[];
  v_used_seqs bigint[];
  v_used_hashes bytea[];
  v_new bigint[];
  v_seq bigint[];
  v_outcome text[];
  v_count bigint;
  v_recorded timestamptz;
  v_leaves bytea;
  v_block_hash bytea;
BEGIN
  IF v_items = 0 THEN
    RETURN;
  END IF;
  PERFORM ledger_check_items(p_idem, p_kind, p_occurred, p_source_kind, p_source_id, p_reverses,
    p_item, p_book, p_debit, p_credit, p_amount);

  -- What each item asks for: 'R', version 1, then its fields. The leaf below takes this hash in, and so the transfers.
  v_hash := ARRAY(
    SELECT sha256('\x5201'::bytea || ledger_bytes(p_kind[legs.item]) || timestamptz_send(p_occurred[legs.item])
      || ledger_bytes(p_source_kind[legs.item]) || ledger_bytes(p_source_id[legs.item])
      || int8send(coalesce(p_reverses[legs.item], 0)) || int4send(legs.count::integer) || legs.bytes)
    FROM (
      SELECT p_item[i] AS item, count(*) AS count, string_agg(
        ledger_bytes(p_book[i]) || ledger_bytes(p_debit[i]) || ledger_bytes(p_credit[i]) || int8send(p_amount[i]),
        ''::bytea ORDER BY i) AS bytes
      FROM generate_series(1, v_legs) AS i
      GROUP BY p_item[i]
    ) AS legs
    ORDER BY legs.item
  );

  -- A statement of its own: the statements after it take a snapshot that sees what the last writer committed.
  SELECT * INTO v_head FROM ledger_head WHERE market_id = p_market FOR UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'ledger: the market has no open account' USING ERRCODE = '22023';
  END IF;

  SELECT array_agg(used.idem_key), array_agg(used.seq), array_agg(used.req_hash)
  INTO v_used_keys, v_used_seqs, v_used_hashes
  FROM ledger_txn AS used WHERE used.market_id = p_market AND used.idem_key = ANY (p_idem);

  IF v_used_keys IS NULL AND (SELECT count(DISTINCT one) FROM unnest(p_idem) AS one) = v_items THEN
    v_count := v_items;
    v_new := ARRAY(SELECT v_head.last_seq + i FROM generate_series(1, v_items) AS i);
    v_seq := v_new;
    v_outcome := array_fill('created'::text, ARRAY[v_items]);
  ELSE
    -- The first item with a key is new unless the key is used; the rest repeat it, or contradict it.
    WITH keyed AS (
      SELECT i, min(i) OVER (PARTITION BY p_idem[i]) AS first, array_position(v_used_keys, p_idem[i]) AS used
      FROM generate_series(1, v_items) AS i
    ), numbered AS (
      SELECT i, first, used, CASE WHEN used IS NULL AND first = i
        THEN v_head.last_seq + count(*) FILTER (WHERE used IS NULL AND first = i) OVER (ORDER BY i) END AS new
      FROM keyed
    ), judged AS (
      SELECT i, new, coalesce(v_used_seqs[used], max(new) OVER (PARTITION BY first)) AS seq, CASE
        WHEN new IS NOT NULL THEN 'created'
        WHEN v_hash[i] = coalesce(v_used_hashes[used], v_hash[first]) THEN 'exists'
        ELSE 'conflict' END AS outcome
      FROM numbered
    )
    SELECT array_agg(new ORDER BY i), array_agg(seq ORDER BY i), array_agg(outcome ORDER BY i), count(new)
    INTO v_new, v_seq, v_outcome, v_count FROM judged;
  END IF;

  IF v_count > 0 THEN
    PERFORM ledger_check_books(p_market, p_office, v_new, p_idem, p_reverses, p_item, p_book, p_debit, p_credit, p_amount);

    v_recorded := date_trunc('milliseconds', clock_timestamp());
    v_day := ARRAY(
      SELECT greatest((p_occurred[i] AT TIME ZONE 'Asia/Ho_Chi_Minh')::date, v_head.closed_through + 1)
      FROM generate_series(1, v_items) AS i
    );

    -- The leaf: sha256(salt, 'L', version 1, market, seq, key, recorded_at, business_day, hash of what was asked for).
    WITH txn AS (
      INSERT INTO ledger_txn (market_id, seq, kind, idem_key, req_hash, occurred_at, recorded_at, business_day,
        source_kind, source_id, reverses_seq, block, salt, leaf)
      SELECT p_market, v_new[i], p_kind[i], p_idem[i], v_hash[i], p_occurred[i], v_recorded, v_day[i],
        p_source_kind[i], p_source_id[i], p_reverses[i], v_head.height + 1, salt,
        sha256(salt || '\x4c01'::bytea || ledger_bytes(p_market) || int8send(v_new[i]) || ledger_bytes(p_idem[i])
          || timestamptz_send(v_recorded) || date_send(v_day[i]) || v_hash[i])
      FROM (
        SELECT i, uuid_send(gen_random_uuid()) AS salt FROM generate_series(1, v_items) AS i WHERE v_new[i] IS NOT NULL
      ) AS fresh
      RETURNING seq, leaf
    ), transfer AS (
      INSERT INTO ledger_transfer (market_id, seq, leg, book, debit_account, credit_account, amount_vnd)
      SELECT p_market, v_new[p_item[i]], row_number() OVER (PARTITION BY p_item[i] ORDER BY i),
        p_book[i], p_debit[i], p_credit[i], p_amount[i]
      FROM generate_series(1, v_legs) AS i WHERE v_new[p_item[i]] IS NOT NULL
    )
    SELECT string_agg(leaf, ''::bytea ORDER BY seq) INTO v_leaves FROM txn;

    WITH moved AS MATERIALIZED (
      SELECT leg.account, v_day[p_item[i]] AS day, sum(leg.debit)::bigint AS debit, sum(leg.credit)::bigint AS credit
      FROM generate_series(1, v_legs) AS i
      CROSS JOIN LATERAL (VALUES (p_debit[i], p_amount[i], 0), (p_credit[i], 0, p_amount[i])) AS leg (account, debit, credit)
      WHERE v_new[p_item[i]] IS NOT NULL
      GROUP BY 1, 2
    ), day AS (
      INSERT INTO ledger_day AS d (market_id, account_id, business_day, debit_vnd, credit_vnd)
      SELECT p_market, account, day, debit, credit FROM moved
      ON CONFLICT (market_id, account_id, business_day)
      DO UPDATE SET debit_vnd = d.debit_vnd + excluded.debit_vnd, credit_vnd = d.credit_vnd + excluded.credit_vnd
    )
    -- An upsert, although every account has its row since it was opened: it finds each row by its key, whereas a join
    -- is planned once, on a small table, as a scan of all the market's balances.
    INSERT INTO ledger_balance AS b (market_id, account_id, debit_vnd, credit_vnd, version)
    SELECT p_market, account, sum(debit)::bigint, sum(credit)::bigint, 1 FROM moved GROUP BY account
    ON CONFLICT (market_id, account_id)
    DO UPDATE SET debit_vnd = b.debit_vnd + excluded.debit_vnd, credit_vnd = b.credit_vnd + excluded.credit_vnd,
      version = b.version + 1;

    -- The block: sha256('B', version 1, market, height, first seq, last seq, hash of the block before, leaves).
    v_block_hash := sha256('\x4201'::bytea || ledger_bytes(p_market) || int8send(v_head.height + 1)
      || int8send(v_head.last_seq + 1) || int8send(v_head.last_seq + v_count) || v_head.hash || v_leaves);
    INSERT INTO ledger_block (market_id, height, first_seq, last_seq, prev_hash, hash, hash_ver)
    VALUES (p_market, v_head.height + 1, v_head.last_seq + 1, v_head.last_seq + v_count, v_head.hash, v_block_hash, 1);
    UPDATE ledger_head SET last_seq = v_head.last_seq + v_count, height = v_head.height + 1, hash = v_block_hash
    WHERE market_id = p_market;
  END IF;

  RETURN QUERY SELECT i, v_outcome[i], v_seq[i] FROM generate_series(1, v_items) AS i;
END
$$;--> statement-breakpoint

-- Posts a batch, bank money included: for the worker, who alone has heard the bank. Answers each item in order as
-- 'created', 'exists' (same key, same content) or 'conflict' (same key, other content) with the number of its txn.
CREATE FUNCTION ledger_post(
  p_market text,
  p_idem text[], p_kind text[], p_occurred timestamptz[], p_source_kind text[], p_source_id text[], p_reverses bigint[],
  p_item integer[], p_book text[], p_debit text[], p_credit text[], p_amount bigint[]
) RETURNS TABLE (item integer, outcome text, seq bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM ledger_require_market(p_market);
  RETURN QUERY SELECT * FROM ledger_write(false, p_market, p_idem, p_kind, p_occurred, p_source_kind, p_source_id, p_reverses,
    p_item, p_book, p_debit, p_credit, p_amount);
END
$$;--> statement-breakpoint

-- The same for what people in the office do. It refuses every account of bank money (112).
CREATE FUNCTION ledger_post_office(
  p_market text,
  p_idem text[], p_kind text[], p_occurred timestamptz[], p_source_kind text[], p_source_id text[], p_reverses bigint[],
  p_item integer[], p_book text[], p_debit text[], p_credit text[], p_amount bigint[]
) RETURNS TABLE (item integer, outcome text, seq bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM ledger_require_market(p_market);
  RETURN QUERY SELECT * FROM ledger_write(true, p_market, p_idem, p_kind, p_occurred, p_source_kind, p_source_id, p_reverses,
    p_item, p_book, p_debit, p_credit, p_amount);
END
$$;--> statement-breakpoint

-- Posts the mirror of txn p_seq. Bank money is mirrored only for a caller who may post it (ledger_post); session_user is
-- the login behind the call, since inside a definer's function current_user is its owner.
CREATE FUNCTION ledger_reverse(
  p_market text, p_seq bigint, p_idem text, p_occurred timestamptz, p_source_kind text, p_source_id text
) RETURNS TABLE (item integer, outcome text, seq bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
DECLARE
  v_office boolean := NOT has_function_privilege(session_user, (
    SELECT oid FROM pg_proc WHERE proname = 'ledger_post' AND pronamespace = 'public'::regnamespace), 'EXECUTE');
  v_book text[];
  v_debit text[];
  v_credit text[];
  v_amount bigint[];
BEGIN
  PERFORM ledger_require_market(p_market);
  SELECT array_agg(t.book ORDER BY t.leg), array_agg(t.credit_account ORDER BY t.leg),
    array_agg(t.debit_account ORDER BY t.leg), array_agg(t.amount_vnd ORDER BY t.leg)
  INTO v_book, v_debit, v_credit, v_amount
  FROM ledger_transfer AS t WHERE t.market_id = p_market AND t.seq = p_seq;
  IF v_book IS NULL THEN
    RAISE EXCEPTION 'ledger: there is no txn % to reverse', p_seq USING ERRCODE = '22023';
  END IF;
  RETURN QUERY SELECT * FROM ledger_write(v_office, p_market, ARRAY[p_idem], ARRAY['reversal'], ARRAY[p_occurred],
    ARRAY[p_source_kind], ARRAY[p_source_id], ARRAY[p_seq], array_fill(1, ARRAY[cardinality(v_book)]),
    v_book, v_debit, v_credit, v_amount);
END
$$;--> statement-breakpoint

-- Closes the business days up to and with p_day: what is posted later goes to a later day, whenever it happened.
-- Closing a closed day changes nothing. Answers the last closed day.
CREATE FUNCTION ledger_close_day(p_market text, p_day date) RETURNS date
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  v_closed date;
BEGIN
  PERFORM ledger_require_market(p_market);
  SELECT closed_through INTO v_closed FROM ledger_head WHERE market_id = p_market FOR UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'ledger: the market has no open account' USING ERRCODE = '22023';
  END IF;
  IF p_day IS NULL OR p_day > (clock_timestamp() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date THEN
    RAISE EXCEPTION 'ledger: a day that has not begun cannot be closed' USING ERRCODE = '22023';
  END IF;
  UPDATE ledger_head SET closed_through = p_day WHERE market_id = p_market AND (v_closed IS NULL OR v_closed < p_day);
  RETURN greatest(v_closed, p_day);
END
$$;--> statement-breakpoint

DO $$
DECLARE
  ledger_function regprocedure;
BEGIN
  FOR ledger_function IN
    SELECT oid FROM pg_proc WHERE proname LIKE 'ledger\_%' AND pronamespace = 'public'::regnamespace
  LOOP
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC, tv_api, tv_worker', ledger_function);
  END LOOP;
  FOR ledger_function IN
    SELECT oid FROM pg_proc WHERE pronamespace = 'public'::regnamespace
      AND proname IN ('ledger_open_accounts', 'ledger_post_office', 'ledger_reverse')
  LOOP
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO tv_api, tv_worker', ledger_function);
  END LOOP;
  FOR ledger_function IN
    SELECT oid FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND proname IN ('ledger_post', 'ledger_close_day')
  LOOP
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO tv_worker', ledger_function);
  END LOOP;
END
$$;
