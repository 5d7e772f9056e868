-- Posting, the second writing of it: what a bad item is refused for is answered item by item, accounts can keep their
-- side, a txn carries the digest of its source (hash version 2), days are closed with what was seen, heights are sealed.
-- Blocks of version 1 stay as they are, and verify knows both.

ALTER TABLE ledger_close ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE ledger_close FORCE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE POLICY market ON ledger_close USING (market_id = nullif(current_setting('app.market_id', true), ''))
  WITH CHECK (market_id = nullif(current_setting('app.market_id', true), ''));--> statement-breakpoint
REVOKE ALL ON ledger_close FROM PUBLIC, tv_api, tv_worker;--> statement-breakpoint
GRANT SELECT ON ledger_close TO tv_api, tv_worker;--> statement-breakpoint

ALTER TABLE stall_zone ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE stall_zone FORCE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE POLICY market ON stall_zone USING (market_id = nullif(current_setting('app.market_id', true), ''))
  WITH CHECK (market_id = nullif(current_setting('app.market_id', true), ''));--> statement-breakpoint
REVOKE ALL ON stall_zone FROM PUBLIC;--> statement-breakpoint
GRANT SELECT ON stall_zone TO tv_api, tv_worker;--> statement-breakpoint

-- What the release before already holds: market by market, since the owner sees no row outside one.
DO $$
DECLARE
  entered text;
BEGIN
  FOR entered IN SELECT market_id FROM feed_lane
  LOOP
    PERFORM set_config('app.market_id', entered, true);
    -- An account that has left its side already may go on as it did: that it keeps it would not be true.
    UPDATE ledger_account AS a SET keeps_side = true
    FROM ledger_balance AS b
    WHERE a.market_id = entered AND b.market_id = entered AND b.account_id = a.id
      AND (a.gl_code = '3388' OR (a.book = 'board' AND a.gl_code IN ('111', '131', '3387')))
      AND CASE a.side WHEN 'debit' THEN b.debit_vnd >= b.credit_vnd ELSE b.credit_vnd >= b.debit_vnd END;
    UPDATE ledger_balance AS b SET kept_side = a.side
    FROM ledger_account AS a
    WHERE b.market_id = entered AND a.market_id = entered AND a.id = b.account_id AND a.keeps_side;
    -- The numbers that the charts of these operators have for what was under 3387 and 3388, so that the rest can be opened.
    UPDATE ledger_account SET gl_code = '338'
    WHERE market_id = entered AND book = 'board' AND gl_code IN ('3387', '3388')
      AND (SELECT operator_kind FROM market WHERE market_id = entered) IN ('cooperative', 'public_unit');
    INSERT INTO stall_zone (market_id, stall_id, from_day, zone_id)
    SELECT market_id, id, date '2000-01-01', zone_id FROM stall WHERE market_id = entered;
  END LOOP;
  PERFORM set_config('app.market_id', '', true);
END
$$;--> statement-breakpoint

DROP FUNCTION ledger_open_accounts(text, text[], text[], text[], text[], text[], text[]);--> statement-breakpoint
DROP FUNCTION ledger_reverse(text, bigint, text, timestamptz, text, text);--> statement-breakpoint
DROP FUNCTION ledger_post_office(text, text[], text[], timestamptz[], text[], text[], bigint[], integer[], text[], text[], text[], bigint[]);--> statement-breakpoint
DROP FUNCTION ledger_post(text, text[], text[], timestamptz[], text[], text[], bigint[], integer[], text[], text[], text[], bigint[]);--> statement-breakpoint
DROP FUNCTION ledger_write(boolean, text, text[], text[], timestamptz[], text[], text[], bigint[], integer[], text[], text[], text[], bigint[]);--> statement-breakpoint
DROP FUNCTION ledger_check_books(text, boolean, bigint[], text[], bigint[], integer[], text[], text[], text[], bigint[]);--> statement-breakpoint
DROP FUNCTION ledger_check_items(text[], text[], timestamptz[], text[], text[], bigint[], integer[], text[], text[], text[], bigint[]);--> statement-breakpoint
DROP FUNCTION ledger_close_day(text, date);--> statement-breakpoint

-- Opens accounts, and the market's head with the first of them. Safe to repeat; an account that is already open under
-- another meaning is an error. Answers how many were opened.
CREATE FUNCTION ledger_open_accounts(
  p_market text, p_id text[], p_book text[], p_code text[], p_gl_code text[], p_side text[], p_keeps_side boolean[],
  p_name text[]
) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  v_opened integer;
  v_other text;
  v_height bigint;
BEGIN
  PERFORM ledger_require_market(p_market);
  INSERT INTO ledger_head (market_id, hash) VALUES (p_market, decode(repeat('00', 32), 'hex')) ON CONFLICT DO NOTHING;
  -- In line with the posts, so that an account opened at a height is there before the next block is, and a seal knows it.
  SELECT height INTO v_height FROM ledger_head WHERE market_id = p_market FOR UPDATE;

  WITH opened AS (
    INSERT INTO ledger_account (market_id, id, book, code, gl_code, side, keeps_side, name, opened_at, opened_height)
    SELECT p_market, a.id, a.book, a.code, a.gl_code, a.side, a.keeps_side, a.name,
      date_trunc('milliseconds', clock_timestamp()), v_height
    FROM unnest(p_id, p_book, p_code, p_gl_code, p_side, p_keeps_side, p_name)
      AS a(id, book, code, gl_code, side, keeps_side, name)
    ORDER BY a.id
    ON CONFLICT (market_id, id) DO NOTHING
    RETURNING id, CASE WHEN keeps_side THEN side END AS kept_side
  )
  INSERT INTO ledger_balance (market_id, account_id, kept_side) SELECT p_market, id, kept_side FROM opened;
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

-- Why items cannot be posted whatever the books hold, by item; null where nothing is wrong. Reads no table, so it runs
-- before the lock. Arrays that do not fit together are the caller's bug and raise.
CREATE FUNCTION ledger_check_items(
  p_idem text[], p_kind text[], p_occurred timestamptz[], p_source_kind text[], p_source_id text[], p_source_hash bytea[],
  p_reverses bigint[], p_item integer[], p_book text[], p_debit text[], p_credit text[], p_amount bigint[]
) RETURNS text[]
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  v_items integer := cardinality(p_idem);
  v_legs integer := cardinality(p_item);
  v_why text[];
  v_bad integer;
BEGIN
  -- By their dimensions, since an array that is nested or begins elsewhere answers null to every number.
  IF v_items IS NULL OR v_legs IS NULL OR EXISTS (
      SELECT FROM unnest(ARRAY[array_dims(p_idem), array_dims(p_kind), array_dims(p_occurred), array_dims(p_source_kind),
        array_dims(p_source_id), array_dims(p_source_hash), array_dims(p_reverses)]) AS one
      WHERE one IS DISTINCT FROM '[1:' || v_items || ']')
    OR EXISTS (
      SELECT FROM unnest(ARRAY[array_dims(p_item), array_dims(p_book), array_dims(p_debit), array_dims(p_credit),
        array_dims(p_amount)]) AS one
      WHERE one IS DISTINCT FROM CASE WHEN v_legs > 0 THEN '[1:' || v_legs || ']' END) THEN
    RAISE EXCEPTION 'ledger: the arrays of a batch must be of one length' USING ERRCODE = '22023';
  END IF;
  IF EXISTS (SELECT FROM unnest(p_item) AS one WHERE NOT coalesce(one BETWEEN 1 AND v_items, false)) THEN
    RAISE EXCEPTION 'ledger: a transfer belongs to no item' USING ERRCODE = '22023';
  END IF;

  -- Times are those that everybody can write: with four digits of a year.
  v_why := array_fill(NULL::text, ARRAY[v_items]);
  FOR v_bad IN
    SELECT i FROM generate_series(1, v_items) AS i
    WHERE NOT coalesce(length(p_idem[i]) BETWEEN 1 AND 200 AND p_kind[i] <> ''
      AND p_occurred[i] BETWEEN timestamptz '1970-01-01 00:00:00Z' AND timestamptz '9999-12-31 00:00:00Z'
      AND p_source_kind[i] <> '' AND p_source_id[i] <> '' AND octet_length(coalesce(p_source_hash[i], sha256(''))) = 32, false)
  LOOP
    v_why[v_bad] := 'needs a key of 1 to 200 characters, a kind, a time and a source';
  END LOOP;
  FOR v_bad IN
    SELECT p_item[j] FROM generate_series(1, v_legs) AS j
    WHERE NOT coalesce(p_amount[j] BETWEEN 1 AND 1000000000000000 AND p_debit[j] <> p_credit[j]
      AND starts_with(p_debit[j], p_book[j] || ':') AND starts_with(p_credit[j], p_book[j] || ':'), false)
  LOOP
    v_why[v_bad] := 'needs transfers of 1 to 10^15 đồng between two accounts of one book';
  END LOOP;
  IF (SELECT count(DISTINCT one) FROM unnest(p_item) AS one) <> v_items THEN
    FOR v_bad IN SELECT i FROM generate_series(1, v_items) AS i WHERE i <> ALL (p_item)
    LOOP
      v_why[v_bad] := 'has no transfer';
    END LOOP;
  END IF;
  -- One txn is one legal person's event: so a book can be hidden, shown or handed over without cutting a txn in two.
  IF v_legs > v_items THEN
    FOR v_bad IN
      SELECT p_item[j] FROM generate_series(1, v_legs) AS j GROUP BY 1 HAVING min(p_book[j]) <> max(p_book[j])
    LOOP
      v_why[v_bad] := 'has transfers of two books';
    END LOOP;
  END IF;
  RETURN v_why;
END
$$;--> statement-breakpoint

-- Why items cannot be posted as the books are now, by item: an account that is unknown or closed, bank money (112) when
-- the caller is the office, or no true reversal. Adds to what is known already. Answers too the accounts that must keep
-- their side and are moved against it, in p_kept.
CREATE FUNCTION ledger_check_books(
  p_market text, p_office boolean, p_reverses bigint[],
  p_item integer[], p_book text[], p_debit text[], p_credit text[], p_amount bigint[], INOUT p_why text[], OUT p_kept text[]
)
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  v_accounts text[] := ARRAY(SELECT unnest(p_debit) UNION SELECT unnest(p_credit));
  v_open text[];
  v_debit_kept text[];
  v_credit_kept text[];
  v_row record;
BEGIN
  SELECT array_agg(id) FILTER (WHERE closed_at IS NULL AND NOT (p_office AND gl_code = '112')),
    array_agg(id) FILTER (WHERE keeps_side AND side = 'debit'), array_agg(id) FILTER (WHERE keeps_side AND side = 'credit')
  INTO v_open, v_debit_kept, v_credit_kept
  FROM ledger_account WHERE market_id = p_market AND id = ANY (v_accounts);

  IF coalesce(cardinality(v_open), 0) < cardinality(v_accounts) THEN
    FOR v_row IN
      SELECT p_item[j] AS item, leg.account, a.closed_at IS NOT NULL AS closed, a.id IS NOT NULL AS known
      FROM generate_series(1, cardinality(p_item)) AS j
      CROSS JOIN LATERAL (VALUES (p_debit[j]), (p_credit[j])) AS leg (account)
      LEFT JOIN ledger_account AS a ON a.market_id = p_market AND a.id = leg.account
      WHERE leg.account <> ALL (coalesce(v_open, '{}')) AND p_why[p_item[j]] IS NULL
    LOOP
      p_why[v_row.item] := 'account ' || v_row.account || CASE WHEN v_row.closed THEN ' is closed'
        WHEN v_row.known THEN ' holds bank money, which only a bank''s word may move' ELSE ' is not open' END;
    END LOOP;
  END IF;

  IF array_remove(p_reverses, NULL) <> '{}' THEN
    FOR v_row IN
      SELECT i AS item FROM generate_series(1, cardinality(p_reverses)) AS i
      WHERE p_reverses[i] IS NOT NULL AND p_why[i] IS NULL AND (
        EXISTS (SELECT FROM ledger_txn WHERE market_id = p_market AND reverses_seq = p_reverses[i])
        OR (SELECT array_agg(ROW (book, credit_account, debit_account, amount_vnd)::text ORDER BY leg)
            FROM ledger_transfer WHERE market_id = p_market AND seq = p_reverses[i])
          IS DISTINCT FROM
           (SELECT array_agg(ROW (p_book[j], p_debit[j], p_credit[j], p_amount[j])::text ORDER BY j)
            FROM generate_series(1, cardinality(p_item)) AS j WHERE p_item[j] = i))
    LOOP
      p_why[v_row.item] := 'cannot reverse ' || p_reverses[v_row.item] || ': it is unknown, reversed before, or not mirrored';
    END LOOP;
  END IF;

  IF v_debit_kept IS NOT NULL OR v_credit_kept IS NOT NULL THEN
    p_kept := ARRAY(
      SELECT one FROM unnest(v_debit_kept) AS one WHERE one = ANY (p_credit)
      UNION ALL
      SELECT one FROM unnest(v_credit_kept) AS one WHERE one = ANY (p_debit)
    );
  END IF;
END
$$;--> statement-breakpoint

-- Posts a batch as one block: the body behind ledger_post, ledger_post_office and the reversals, callable by none.
-- Item i is p_idem[i], p_kind[i] …; transfer j belongs to item p_item[j], and an item's legs are numbered in order.
-- The planner settings pin the plans: the tables start empty, and a plan made then must not scan them when they are big.
CREATE FUNCTION ledger_write(
  p_office boolean, p_market text,
  p_idem text[], p_kind text[], p_occurred timestamptz[], p_source_kind text[], p_source_id text[], p_source_hash bytea[],
  p_reverses bigint[], p_item integer[], p_book text[], p_debit text[], p_credit text[], p_amount bigint[]
) RETURNS TABLE (item integer, outcome text, seq bigint, why text)
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET jit = off AS $$
#variable_conflict use_column
DECLARE
  v_items integer := cardinality(p_idem);
  v_legs integer := cardinality(p_item);
  v_why text[];
  v_head ledger_head;
  v_hash bytea[];
  v_day date[];
  v_used_keys text[];
  v_used_seqs bigint[];
  v_used_hashes bytea[];
  v_kept text[];
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
  v_why := ledger_check_items(p_idem, p_kind, p_occurred, p_source_kind, p_source_id, p_source_hash, p_reverses,
    p_item, p_book, p_debit, p_credit, p_amount);

  -- What each item asks for: 'R', version 1, then its fields, but for the digest of its source, which is text's. The leaf
  -- below takes this hash in, and so the transfers. An item without a leg has none, and is refused.
  SELECT array_agg(legs.hash ORDER BY i) INTO v_hash
  FROM generate_series(1, v_items) AS i
  LEFT JOIN (
    SELECT leg.item, sha256('\x5201'::bytea || ledger_bytes(p_kind[leg.item]) || timestamptz_send(p_occurred[leg.item])
      || ledger_bytes(p_source_kind[leg.item]) || ledger_bytes(p_source_id[leg.item])
      || int8send(coalesce(p_reverses[leg.item], 0)) || int4send(leg.count::integer) || leg.bytes) AS hash
    FROM (
      SELECT p_item[j] AS item, count(*) AS count, string_agg(
        ledger_bytes(p_book[j]) || ledger_bytes(p_debit[j]) || ledger_bytes(p_credit[j]) || int8send(p_amount[j]),
        ''::bytea ORDER BY j) AS bytes
      FROM generate_series(1, v_legs) AS j
      GROUP BY p_item[j]
    ) AS leg
  ) AS legs ON legs.item = i;

  -- A statement of its own: the statements after it take a snapshot that sees what the last writer committed.
  SELECT * INTO v_head FROM ledger_head WHERE market_id = p_market FOR UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'ledger: the market has no open account' USING ERRCODE = '22023';
  END IF;

  SELECT array_agg(used.idem_key), array_agg(used.seq), array_agg(used.req_hash)
  INTO v_used_keys, v_used_seqs, v_used_hashes
  FROM ledger_txn AS used WHERE used.market_id = p_market AND used.idem_key = ANY (p_idem);

  SELECT p_why, p_kept INTO v_why, v_kept
  FROM ledger_check_books(p_market, p_office, p_reverses, p_item, p_book, p_debit, p_credit, p_amount, v_why);

  IF v_used_keys IS NULL AND coalesce(cardinality(v_kept), 0) = 0 AND array_remove(v_why, NULL) = '{}'
    AND array_remove(p_reverses, NULL) = '{}' AND (SELECT count(DISTINCT one) FROM unnest(p_idem) AS one) = v_items THEN
    v_count := v_items;
    v_new := ARRAY(SELECT v_head.last_seq + i FROM generate_series(1, v_items) AS i);
    v_seq := v_new;
    v_outcome := array_fill('created'::text, ARRAY[v_items]);
  ELSE
    SELECT p_outcome, p_seq, p_new, p_count, p_why INTO v_outcome, v_seq, v_new, v_count, v_why
    FROM ledger_judge(p_market, v_head.last_seq, v_hash, v_used_keys, v_used_seqs, v_used_hashes, v_kept,
      p_idem, p_reverses, p_item, p_debit, p_credit, p_amount, v_why);
  END IF;

  IF v_count > 0 THEN
    v_recorded := date_trunc('milliseconds', clock_timestamp());
    v_day := ARRAY(
      SELECT greatest((p_occurred[i] AT TIME ZONE 'Asia/Ho_Chi_Minh')::date, v_head.closed_through + 1)
      FROM generate_series(1, v_items) AS i
    );

    -- The leaf: sha256(salt, 'L', version 2, market, seq, key, recorded_at, business_day, hash of what was asked for,
    -- digest of the source if there is one).
    WITH txn AS (
      INSERT INTO ledger_txn (market_id, seq, kind, idem_key, req_hash, occurred_at, recorded_at, business_day,
        source_kind, source_id, source_hash, reverses_seq, block, salt, leaf)
      SELECT p_market, v_new[i], p_kind[i], p_idem[i], v_hash[i], p_occurred[i], v_recorded, v_day[i],
        p_source_kind[i], p_source_id[i], p_source_hash[i], p_reverses[i], v_head.height + 1, salt,
        sha256(salt || '\x4c02'::bytea || ledger_bytes(p_market) || int8send(v_new[i]) || ledger_bytes(p_idem[i])
          || timestamptz_send(v_recorded) || date_send(v_day[i]) || v_hash[i]
          || coalesce(p_source_hash[i], ''))
      FROM (
        SELECT i, uuid_send(gen_random_uuid()) AS salt FROM generate_series(1, v_items) AS i WHERE v_new[i] IS NOT NULL
      ) AS fresh
      RETURNING seq, leaf
    ), transfer AS (
      INSERT INTO ledger_transfer (market_id, seq, leg, book, debit_account, credit_account, amount_vnd)
      SELECT p_market, v_new[p_item[j]], row_number() OVER (PARTITION BY p_item[j] ORDER BY j),
        p_book[j], p_debit[j], p_credit[j], p_amount[j]
      FROM generate_series(1, v_legs) AS j WHERE v_new[p_item[j]] IS NOT NULL
    )
    SELECT string_agg(leaf, ''::bytea ORDER BY seq) INTO v_leaves FROM txn;

    WITH moved AS MATERIALIZED (
      SELECT leg.account, v_day[p_item[j]] AS day, sum(leg.debit)::bigint AS debit, sum(leg.credit)::bigint AS credit
      FROM generate_series(1, v_legs) AS j
      CROSS JOIN LATERAL (VALUES (p_debit[j], p_amount[j], 0), (p_credit[j], 0, p_amount[j])) AS leg (account, debit, credit)
      WHERE v_new[p_item[j]] IS NOT NULL
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

    -- The block: sha256('B', version 2, market, height, first seq, last seq, hash of the block before, leaves).
    v_block_hash := sha256('\x4202'::bytea || ledger_bytes(p_market) || int8send(v_head.height + 1)
      || int8send(v_head.last_seq + 1) || int8send(v_head.last_seq + v_count) || v_head.hash || v_leaves);
    INSERT INTO ledger_block (market_id, height, first_seq, last_seq, prev_hash, hash, hash_ver)
    VALUES (p_market, v_head.height + 1, v_head.last_seq + 1, v_head.last_seq + v_count, v_head.hash, v_block_hash, 2);
    UPDATE ledger_head SET last_seq = v_head.last_seq + v_count, height = v_head.height + 1, hash = v_block_hash
    WHERE market_id = p_market;
  END IF;

  RETURN QUERY SELECT i, v_outcome[i], v_seq[i], v_why[i] FROM generate_series(1, v_items) AS i;
END
$$;--> statement-breakpoint

-- Decides a batch one item after the other, as if each were posted alone: a used key exists or conflicts, an item at
-- fault is refused, one that would take a kept account over to its other side is refused, and the rest are numbered.
-- Only for batches in which that can happen; where it cannot, ledger_write numbers them in one go.
CREATE FUNCTION ledger_judge(
  p_market text, p_last_seq bigint, p_hash bytea[], p_used_keys text[], p_used_seqs bigint[], p_used_hashes bytea[],
  p_kept text[], p_idem text[], p_reverses bigint[], p_item integer[], p_debit text[], p_credit text[], p_amount bigint[],
  INOUT p_why text[], OUT p_outcome text[], OUT p_seq bigint[], OUT p_new bigint[], OUT p_count bigint
)
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  v_items integer := cardinality(p_idem);
  v_reversed bigint[] := '{}';
  v_left numeric[];
  v_change jsonb;
  v_at integer;
  v_low text;
BEGIN
  p_outcome := array_fill(NULL::text, ARRAY[v_items]);
  p_seq := array_fill(NULL::bigint, ARRAY[v_items]);
  p_new := p_seq;
  p_count := 0;
  -- What is left on its own side in each kept account; what an item takes from it, or adds, is in v_change[item].
  v_left := ARRAY(
    SELECT CASE b.kept_side WHEN 'debit' THEN b.debit_vnd::numeric - b.credit_vnd ELSE b.credit_vnd::numeric - b.debit_vnd END
    FROM unnest(p_kept) WITH ORDINALITY AS k (id, at)
    JOIN ledger_balance AS b ON b.market_id = p_market AND b.account_id = k.id
    ORDER BY k.at
  );
  SELECT jsonb_object_agg(item, changes) INTO v_change FROM (
    SELECT item, jsonb_object_agg(at, change) AS changes FROM (
      SELECT leg.item, array_position(p_kept, b.account_id) AS at,
        sum(CASE WHEN (leg.account_side = b.kept_side) THEN leg.amount ELSE -leg.amount END) AS change
      FROM (
        SELECT p_item[j] AS item, p_debit[j] AS account, 'debit' AS account_side, p_amount[j]::numeric AS amount
        FROM generate_series(1, cardinality(p_item)) AS j WHERE p_debit[j] = ANY (p_kept)
        UNION ALL
        SELECT p_item[j], p_credit[j], 'credit', p_amount[j]::numeric
        FROM generate_series(1, cardinality(p_item)) AS j WHERE p_credit[j] = ANY (p_kept)
      ) AS leg
      JOIN ledger_balance AS b ON b.market_id = p_market AND b.account_id = leg.account
      GROUP BY 1, 2
    ) AS net GROUP BY item
  ) AS by_item;

  FOR i IN 1 .. v_items LOOP
    v_at := array_position(p_used_keys, p_idem[i]);
    IF v_at IS NOT NULL AND p_hash[i] IS NOT NULL THEN
      p_outcome[i] := CASE WHEN p_hash[i] = p_used_hashes[v_at] THEN 'exists' ELSE 'conflict' END;
      p_seq[i] := p_used_seqs[v_at];
      p_why[i] := NULL;
      CONTINUE;
    END IF;
    IF p_why[i] IS NULL AND p_reverses[i] = ANY (v_reversed) THEN
      p_why[i] := 'cannot reverse ' || p_reverses[i] || ': it is unknown, reversed before, or not mirrored';
    END IF;
    IF p_why[i] IS NULL AND v_change ? i::text THEN
      SELECT p_kept[c.at::integer] INTO v_low FROM jsonb_each_text(v_change -> i::text) AS c (at, change)
      WHERE v_left[c.at::integer] + c.change::numeric < 0 ORDER BY 1 LIMIT 1;
      IF FOUND THEN
        p_why[i] := 'account ' || v_low || ' would go below zero';
      ELSE
        SELECT array_agg(l.amount + coalesce((v_change -> i::text ->> l.at::text)::numeric, 0) ORDER BY l.at) INTO v_left
        FROM unnest(v_left) WITH ORDINALITY AS l (amount, at);
      END IF;
    END IF;
    IF p_why[i] IS NOT NULL THEN
      p_outcome[i] := 'refused';
      CONTINUE;
    END IF;
    p_count := p_count + 1;
    p_new[i] := p_last_seq + p_count;
    p_seq[i] := p_new[i];
    p_outcome[i] := 'created';
    p_used_keys := array_append(p_used_keys, p_idem[i]);
    p_used_seqs := array_append(p_used_seqs, p_seq[i]);
    p_used_hashes := array_append(p_used_hashes, p_hash[i]);
    v_reversed := array_append(v_reversed, p_reverses[i]);
  END LOOP;
END
$$;--> statement-breakpoint

-- Posts a batch, bank money included: for the worker, who alone has heard the bank. Answers each item in order as
-- 'created', 'exists' (same key, same content), 'conflict' (same key, other content) with the number of its txn, or
-- 'refused' with why; what is refused keeps nobody else from being posted.
CREATE FUNCTION ledger_post(
  p_market text,
  p_idem text[], p_kind text[], p_occurred timestamptz[], p_source_kind text[], p_source_id text[], p_source_hash bytea[],
  p_reverses bigint[], p_item integer[], p_book text[], p_debit text[], p_credit text[], p_amount bigint[]
) RETURNS TABLE (item integer, outcome text, seq bigint, why text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM ledger_require_market(p_market);
  RETURN QUERY SELECT * FROM ledger_write(false, p_market, p_idem, p_kind, p_occurred, p_source_kind, p_source_id,
    p_source_hash, p_reverses, p_item, p_book, p_debit, p_credit, p_amount);
END
$$;--> statement-breakpoint

-- The same for what people in the office do. It refuses every account of bank money (112).
CREATE FUNCTION ledger_post_office(
  p_market text,
  p_idem text[], p_kind text[], p_occurred timestamptz[], p_source_kind text[], p_source_id text[], p_source_hash bytea[],
  p_reverses bigint[], p_item integer[], p_book text[], p_debit text[], p_credit text[], p_amount bigint[]
) RETURNS TABLE (item integer, outcome text, seq bigint, why text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM ledger_require_market(p_market);
  RETURN QUERY SELECT * FROM ledger_write(true, p_market, p_idem, p_kind, p_occurred, p_source_kind, p_source_id,
    p_source_hash, p_reverses, p_item, p_book, p_debit, p_credit, p_amount);
END
$$;--> statement-breakpoint

-- Posts the mirror of txn p_seq. Bank money is mirrored only for a caller who may post it (ledger_post); session_user is
-- the login behind the call, since inside a definer's function current_user is its owner.
CREATE FUNCTION ledger_reverse(
  p_market text, p_seq bigint, p_idem text, p_occurred timestamptz, p_source_kind text, p_source_id text, p_source_hash bytea
) RETURNS TABLE (item integer, outcome text, seq bigint, why text)
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
    RETURN QUERY SELECT 1, 'refused'::text, NULL::bigint, 'there is no txn ' || coalesce(p_seq::text, 'null') || ' to reverse';
    RETURN;
  END IF;
  RETURN QUERY SELECT * FROM ledger_write(v_office, p_market, ARRAY[p_idem], ARRAY['reversal'], ARRAY[p_occurred],
    ARRAY[p_source_kind], ARRAY[p_source_id], ARRAY[p_source_hash], ARRAY[p_seq], array_fill(1, ARRAY[cardinality(v_book)]),
    v_book, v_debit, v_credit, v_amount);
END
$$;--> statement-breakpoint

-- Closes the business days up to and with p_day: what is posted later goes to a later day, whenever it happened. Keeps
-- who closed it and what that person was shown. Closing a closed day changes nothing. Answers the last closed day.
CREATE FUNCTION ledger_close_day(
  p_market text, p_day date, p_by text, p_suspense_count integer, p_suspense_vnd bigint, p_difference_vnd bigint,
  p_deaf_count integer
) RETURNS date
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  v_head ledger_head;
BEGIN
  PERFORM ledger_require_market(p_market);
  SELECT * INTO v_head FROM ledger_head WHERE market_id = p_market FOR UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'ledger: the market has no open account' USING ERRCODE = '22023';
  END IF;
  IF p_day IS NULL OR NOT isfinite(p_day) OR p_day > (clock_timestamp() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date THEN
    RAISE EXCEPTION 'ledger: a day that has not begun cannot be closed' USING ERRCODE = '22023';
  END IF;
  IF v_head.closed_through >= p_day THEN
    RETURN v_head.closed_through;
  END IF;
  INSERT INTO ledger_close (market_id, business_day, height, closed_at, closed_by, suspense_count, suspense_vnd,
    difference_vnd, deaf_count)
  VALUES (p_market, p_day, v_head.height, date_trunc('milliseconds', clock_timestamp()), p_by, p_suspense_count,
    p_suspense_vnd, p_difference_vnd, p_deaf_count);
  UPDATE ledger_head SET closed_through = p_day WHERE market_id = p_market;
  RETURN p_day;
END
$$;--> statement-breakpoint

-- Keeps a seal, for whoever holds the key: the block must be there with that hash. Keeping it again changes nothing.
CREATE FUNCTION ledger_add_seal(
  p_market text, p_business_day date, p_height bigint, p_hash bytea, p_books_hash bytea, p_signature bytea, p_key_id text,
  p_sealed_at timestamptz
) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM ledger_require_market(p_market);
  IF NOT EXISTS (SELECT FROM ledger_block WHERE market_id = p_market AND height = p_height AND hash = p_hash) THEN
    RAISE EXCEPTION 'ledger: there is no block % with that hash to seal', p_height USING ERRCODE = '22023';
  END IF;
  INSERT INTO ledger_seal (market_id, business_day, height, hash, books_hash, signature, key_id, sealed_at)
  VALUES (p_market, p_business_day, p_height, p_hash, p_books_hash, p_signature, p_key_id, p_sealed_at)
  ON CONFLICT DO NOTHING;
  RETURN FOUND;
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
      AND proname IN ('ledger_open_accounts', 'ledger_post_office', 'ledger_reverse', 'ledger_close_day')
  LOOP
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO tv_api, tv_worker', ledger_function);
  END LOOP;
  FOR ledger_function IN
    SELECT oid FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND proname IN ('ledger_post', 'ledger_add_seal')
  LOOP
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO tv_worker', ledger_function);
  END LOOP;
END
$$;--> statement-breakpoint

-- The intake keeps what a signature came in as well, so that it can be checked again from the stored bytes.
DROP FUNCTION intake_store(text[], text[], text[], text[], text[], text[], bytea[], bytea[], timestamptz[]);--> statement-breakpoint
CREATE FUNCTION intake_store(
  p_market_ids text[], p_ids text[], p_connection_ids text[], p_providers text[], p_key_ids text[],
  p_content_types text[], p_raw_bodies bytea[], p_body_hashes bytea[], p_proofs jsonb[], p_received_at timestamptz[]
) RETURNS SETOF text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  entered text;
BEGIN
  FOR entered IN SELECT DISTINCT unnest(p_market_ids)
  LOOP
    -- In a block of its own, so that Citus carries it to the other nodes (which it does with SET LOCAL alone, and only inside
    -- a transaction block).
    EXECUTE format('DO %L', format('BEGIN SET LOCAL app.market_id = %L; END', entered));
    RETURN QUERY
    WITH stored AS (
      INSERT INTO public.feed_inbox AS f
        (market_id, id, connection_id, provider, key_id, content_type, raw_body, body_hash, proof, received_at)
      SELECT m.market_id, m.id, m.connection_id, m.provider, m.key_id, m.content_type, m.raw_body, m.body_hash, m.proof,
        m.received_at
      FROM unnest(p_market_ids, p_ids, p_connection_ids, p_providers, p_key_ids, p_content_types, p_raw_bodies,
                  p_body_hashes, p_proofs, p_received_at)
        AS m (market_id, id, connection_id, provider, key_id, content_type, raw_body, body_hash, proof, received_at)
      JOIN public.directory d ON d.kind = 'connection' AND d.key = m.connection_id AND d.market_id = m.market_id
      WHERE m.market_id = entered
      ON CONFLICT DO NOTHING
      RETURNING f.market_id, f.id, f.received_at
    )
    INSERT INTO public.inbox_queue AS q (market_id, inbox_id, due_at)
    SELECT s.market_id, s.id, s.received_at FROM stored s
    RETURNING q.inbox_id;
  END LOOP;
  DO 'BEGIN SET LOCAL app.market_id = ''''; END';
END
$$;--> statement-breakpoint
REVOKE ALL ON FUNCTION intake_store(text[], text[], text[], text[], text[], text[], bytea[], bytea[], jsonb[], timestamptz[]) FROM PUBLIC;--> statement-breakpoint
GRANT EXECUTE ON FUNCTION intake_store(text[], text[], text[], text[], text[], text[], bytea[], bytea[], jsonb[], timestamptz[]) TO tv_api;--> statement-breakpoint

-- Who may see where money came from, down to the stored bytes. Only the owner may erase them.
GRANT SELECT ON feed_inbox, feed_event, sighting TO tv_api;
