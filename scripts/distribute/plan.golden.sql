-- distribute table public.market
SELECT create_distributed_table('public.market', 'market_id', colocate_with => 'none', shard_count => 32);
-- distribute table public.approval
SELECT create_distributed_table('public.approval', 'market_id', colocate_with => 'public.market');
-- distribute table public.audit_entry
SELECT create_distributed_table('public.audit_entry', 'market_id', colocate_with => 'public.market');
-- distribute table public.audit_head
SELECT create_distributed_table('public.audit_head', 'market_id', colocate_with => 'public.market');
-- distribute table public.bank_transaction
SELECT create_distributed_table('public.bank_transaction', 'market_id', colocate_with => 'public.market');
-- distribute table public.book_counter
SELECT create_distributed_table('public.book_counter', 'market_id', colocate_with => 'public.market');
-- distribute table public.cash_duty
SELECT create_distributed_table('public.cash_duty', 'market_id', colocate_with => 'public.market');
-- distribute table public.charge_policy
SELECT create_distributed_table('public.charge_policy', 'market_id', colocate_with => 'public.market');
-- distribute table public.feed_event
SELECT create_distributed_table('public.feed_event', 'market_id', colocate_with => 'public.market');
-- distribute table public.idempotency_key
SELECT create_distributed_table('public.idempotency_key', 'market_id', colocate_with => 'public.market');
-- distribute table public.ledger_account
SELECT create_distributed_table('public.ledger_account', 'market_id', colocate_with => 'public.market');
-- distribute table public.ledger_block
SELECT create_distributed_table('public.ledger_block', 'market_id', colocate_with => 'public.market');
-- distribute table public.ledger_close
SELECT create_distributed_table('public.ledger_close', 'market_id', colocate_with => 'public.market');
-- distribute table public.ledger_head
SELECT create_distributed_table('public.ledger_head', 'market_id', colocate_with => 'public.market');
-- distribute table public.ledger_txn
SELECT create_distributed_table('public.ledger_txn', 'market_id', colocate_with => 'public.market');
-- distribute table public.live_counter
SELECT create_distributed_table('public.live_counter', 'market_id', colocate_with => 'public.market');
-- distribute table public.live_event
SELECT create_distributed_table('public.live_event', 'market_id', colocate_with => 'public.market');
-- distribute table public.membership
SELECT create_distributed_table('public.membership', 'market_id', colocate_with => 'public.market');
-- distribute table public.payment_code
SELECT create_distributed_table('public.payment_code', 'market_id', colocate_with => 'public.market');
-- distribute table public.receipt_counter
SELECT create_distributed_table('public.receipt_counter', 'market_id', colocate_with => 'public.market');
-- distribute table public.stall_day
SELECT create_distributed_table('public.stall_day', 'market_id', colocate_with => 'public.market');
-- distribute table public.stallholder
SELECT create_distributed_table('public.stallholder', 'market_id', colocate_with => 'public.market');
-- distribute table public.suspense_policy
SELECT create_distributed_table('public.suspense_policy', 'market_id', colocate_with => 'public.market');
-- distribute table public.tariff_decision
SELECT create_distributed_table('public.tariff_decision', 'market_id', colocate_with => 'public.market');
-- distribute table public.vat_rate
SELECT create_distributed_table('public.vat_rate', 'market_id', colocate_with => 'public.market');
-- distribute table public.zone
SELECT create_distributed_table('public.zone', 'market_id', colocate_with => 'public.market');
-- distribute table public.audit_value
SELECT create_distributed_table('public.audit_value', 'market_id', colocate_with => 'public.market');
-- distribute table public.billing_round
SELECT create_distributed_table('public.billing_round', 'market_id', colocate_with => 'public.market');
-- distribute table public.day_sign_off
SELECT create_distributed_table('public.day_sign_off', 'market_id', colocate_with => 'public.market');
-- distribute table public.ledger_balance
SELECT create_distributed_table('public.ledger_balance', 'market_id', colocate_with => 'public.market');
-- distribute table public.ledger_day
SELECT create_distributed_table('public.ledger_day', 'market_id', colocate_with => 'public.market');
-- distribute table public.ledger_seal
SELECT create_distributed_table('public.ledger_seal', 'market_id', colocate_with => 'public.market');
-- distribute table public.ledger_transfer
SELECT create_distributed_table('public.ledger_transfer', 'market_id', colocate_with => 'public.market');
-- distribute table public.payment
SELECT create_distributed_table('public.payment', 'market_id', colocate_with => 'public.market');
-- distribute table public.sighting
SELECT create_distributed_table('public.sighting', 'market_id', colocate_with => 'public.market');
-- distribute table public.stall
SELECT create_distributed_table('public.stall', 'market_id', colocate_with => 'public.market');
-- distribute table public.suspense_resolution
SELECT create_distributed_table('public.suspense_resolution', 'market_id', colocate_with => 'public.market');
-- distribute table public.tariff
SELECT create_distributed_table('public.tariff', 'market_id', colocate_with => 'public.market');
-- distribute table public.app_user
SELECT create_distributed_table('public.app_user', 'market_id', colocate_with => 'public.market');
-- distribute table public.cash_sale
SELECT create_distributed_table('public.cash_sale', 'market_id', colocate_with => 'public.market');
-- distribute table public.connection
SELECT create_distributed_table('public.connection', 'market_id', colocate_with => 'public.market');
-- distribute table public.contract
SELECT create_distributed_table('public.contract', 'market_id', colocate_with => 'public.market');
-- distribute table public.credit_customer
SELECT create_distributed_table('public.credit_customer', 'market_id', colocate_with => 'public.market');
-- distribute table public.look
SELECT create_distributed_table('public.look', 'market_id', colocate_with => 'public.market');
-- distribute table public.meter
SELECT create_distributed_table('public.meter', 'market_id', colocate_with => 'public.market');
-- distribute table public.notice
SELECT create_distributed_table('public.notice', 'market_id', colocate_with => 'public.market');
-- distribute table public.receipt
SELECT create_distributed_table('public.receipt', 'market_id', colocate_with => 'public.market');
-- distribute table public.receiving_account
SELECT create_distributed_table('public.receiving_account', 'market_id', colocate_with => 'public.market');
-- distribute table public.stall_credit
SELECT create_distributed_table('public.stall_credit', 'market_id', colocate_with => 'public.market');
-- distribute table public.stall_zone
SELECT create_distributed_table('public.stall_zone', 'market_id', colocate_with => 'public.market');
-- distribute table public.tariff_tier
SELECT create_distributed_table('public.tariff_tier', 'market_id', colocate_with => 'public.market');
-- distribute table public.api_key
SELECT create_distributed_table('public.api_key', 'market_id', colocate_with => 'public.market');
-- distribute table public.book
SELECT create_distributed_table('public.book', 'market_id', colocate_with => 'public.market');
-- distribute table public.charge
SELECT create_distributed_table('public.charge', 'market_id', colocate_with => 'public.market');
-- distribute table public.charge_draft
SELECT create_distributed_table('public.charge_draft', 'market_id', colocate_with => 'public.market');
-- distribute table public.code_check
SELECT create_distributed_table('public.code_check', 'market_id', colocate_with => 'public.market');
-- distribute table public.connection_account
SELECT create_distributed_table('public.connection_account', 'market_id', colocate_with => 'public.market');
-- distribute table public.connection_pull
SELECT create_distributed_table('public.connection_pull', 'market_id', colocate_with => 'public.market');
-- distribute table public.connection_secret
SELECT create_distributed_table('public.connection_secret', 'market_id', colocate_with => 'public.market');
-- distribute table public.consent_change
SELECT create_distributed_table('public.consent_change', 'market_id', colocate_with => 'public.market');
-- distribute table public.contract_pause
SELECT create_distributed_table('public.contract_pause', 'market_id', colocate_with => 'public.market');
-- distribute table public.credit_entry
SELECT create_distributed_table('public.credit_entry', 'market_id', colocate_with => 'public.market');
-- distribute table public.data_request
SELECT create_distributed_table('public.data_request', 'market_id', colocate_with => 'public.market');
-- distribute table public.delegation
SELECT create_distributed_table('public.delegation', 'market_id', colocate_with => 'public.market');
-- distribute table public.device
SELECT create_distributed_table('public.device', 'market_id', colocate_with => 'public.market');
-- distribute table public.enrolment
SELECT create_distributed_table('public.enrolment', 'market_id', colocate_with => 'public.market');
-- distribute table public.feed_inbox
SELECT create_distributed_table('public.feed_inbox', 'market_id', colocate_with => 'public.market');
-- distribute table public.handover
SELECT create_distributed_table('public.handover', 'market_id', colocate_with => 'public.market');
-- distribute table public.meter_reading
SELECT create_distributed_table('public.meter_reading', 'market_id', colocate_with => 'public.market');
-- distribute table public.payment_request
SELECT create_distributed_table('public.payment_request', 'market_id', colocate_with => 'public.market');
-- distribute table public.recovery_code
SELECT create_distributed_table('public.recovery_code', 'market_id', colocate_with => 'public.market');
-- distribute table public.refund
SELECT create_distributed_table('public.refund', 'market_id', colocate_with => 'public.market');
-- distribute table public.sale_refund
SELECT create_distributed_table('public.sale_refund', 'market_id', colocate_with => 'public.market');
-- distribute table public.set_up_code
SELECT create_distributed_table('public.set_up_code', 'market_id', colocate_with => 'public.market');
-- distribute table public.shift
SELECT create_distributed_table('public.shift', 'market_id', colocate_with => 'public.market');
-- distribute table public.staff_note
SELECT create_distributed_table('public.staff_note', 'market_id', colocate_with => 'public.market');
-- distribute table public.statement
SELECT create_distributed_table('public.statement', 'market_id', colocate_with => 'public.market');
-- distribute table public.tax_profile
SELECT create_distributed_table('public.tax_profile', 'market_id', colocate_with => 'public.market');
-- distribute table public.totp
SELECT create_distributed_table('public.totp', 'market_id', colocate_with => 'public.market');
-- distribute table public.visit
SELECT create_distributed_table('public.visit', 'market_id', colocate_with => 'public.market');
-- distribute table public.book_page
SELECT create_distributed_table('public.book_page', 'market_id', colocate_with => 'public.market');
-- distribute table public.charge_line
SELECT create_distributed_table('public.charge_line', 'market_id', colocate_with => 'public.market');
-- distribute table public.code_alert
SELECT create_distributed_table('public.code_alert', 'market_id', colocate_with => 'public.market');
-- distribute table public.credit_request
SELECT create_distributed_table('public.credit_request', 'market_id', colocate_with => 'public.market');
-- distribute table public.dispute
SELECT create_distributed_table('public.dispute', 'market_id', colocate_with => 'public.market');
-- distribute table public.push_subscription
SELECT create_distributed_table('public.push_subscription', 'market_id', colocate_with => 'public.market');
-- distribute table public.session
SELECT create_distributed_table('public.session', 'market_id', colocate_with => 'public.market');
-- distribute table public.settlement
SELECT create_distributed_table('public.settlement', 'market_id', colocate_with => 'public.market');
-- distribute table public.suspense_part
SELECT create_distributed_table('public.suspense_part', 'market_id', colocate_with => 'public.market');
-- distribute table public.charge_change
SELECT create_distributed_table('public.charge_change', 'market_id', colocate_with => 'public.market');
-- distribute table public.collection
SELECT create_distributed_table('public.collection', 'market_id', colocate_with => 'public.market');
-- distribute table public.day_ticket
SELECT create_distributed_table('public.day_ticket', 'market_id', colocate_with => 'public.market');
-- distribute table public.suspense
SELECT create_distributed_table('public.suspense', 'market_id', colocate_with => 'public.market');
-- run public.ledger_add_seal(text, date, bigint, bytea, bytea, bytea, text, timestamp with time zone) beside its market
SELECT create_distributed_function('public.ledger_add_seal(text, date, bigint, bytea, bytea, bytea, text, timestamp with time zone)', 'p_market', colocate_with => 'public.market', force_delegation => true);
-- give public.ledger_bytes(text) to every node
SELECT create_distributed_function('public.ledger_bytes(text)');
-- give public.ledger_check_books(text, boolean, bigint[], integer[], text[], text[], text[], bigint[], text[]) to every node
SELECT create_distributed_function('public.ledger_check_books(text, boolean, bigint[], integer[], text[], text[], text[], bigint[], text[])');
-- give public.ledger_check_items(text[], text[], timestamp with time zone[], text[], text[], bytea[], bigint[], integer[], text[], text[], text[], bigint[]) to every node
SELECT create_distributed_function('public.ledger_check_items(text[], text[], timestamp with time zone[], text[], text[], bytea[], bigint[], integer[], text[], text[], text[], bigint[])');
-- run public.ledger_close_day(text, date, text, integer, bigint, bigint, integer) beside its market
SELECT create_distributed_function('public.ledger_close_day(text, date, text, integer, bigint, bigint, integer)', 'p_market', colocate_with => 'public.market', force_delegation => true);
-- give public.ledger_judge(text, bigint, bytea[], text[], bigint[], bytea[], text[], text[], bigint[], integer[], text[], text[], bigint[], text[]) to every node
SELECT create_distributed_function('public.ledger_judge(text, bigint, bytea[], text[], bigint[], bytea[], text[], text[], bigint[], integer[], text[], text[], bigint[], text[])');
-- run public.ledger_open_accounts(text, text[], text[], text[], text[], text[], boolean[], text[]) beside its market
SELECT create_distributed_function('public.ledger_open_accounts(text, text[], text[], text[], text[], text[], boolean[], text[])', 'p_market', colocate_with => 'public.market', force_delegation => true);
-- run public.ledger_post(text, text[], text[], timestamp with time zone[], text[], text[], bytea[], bigint[], integer[], text[], text[], text[], bigint[]) beside its market
SELECT create_distributed_function('public.ledger_post(text, text[], text[], timestamp with time zone[], text[], text[], bytea[], bigint[], integer[], text[], text[], text[], bigint[])', 'p_market', colocate_with => 'public.market', force_delegation => true);
-- run public.ledger_post_office(text, text[], text[], timestamp with time zone[], text[], text[], bytea[], bigint[], integer[], text[], text[], text[], bigint[]) beside its market
SELECT create_distributed_function('public.ledger_post_office(text, text[], text[], timestamp with time zone[], text[], text[], bytea[], bigint[], integer[], text[], text[], text[], bigint[])', 'p_market', colocate_with => 'public.market', force_delegation => true);
-- give public.ledger_require_market(text) to every node
SELECT create_distributed_function('public.ledger_require_market(text)');
-- run public.ledger_reverse(text, bigint, text, timestamp with time zone, text, text, bytea) beside its market
SELECT create_distributed_function('public.ledger_reverse(text, bigint, text, timestamp with time zone, text, text, bytea)', 'p_market', colocate_with => 'public.market', force_delegation => true);
-- give public.ledger_write(boolean, text, text[], text[], timestamp with time zone[], text[], text[], bytea[], bigint[], integer[], text[], text[], text[], bigint[]) to every node
SELECT create_distributed_function('public.ledger_write(boolean, text, text[], text[], timestamp with time zone[], text[], text[], bytea[], bigint[], integer[], text[], text[], text[], bigint[])');
-- let public.ledger_write(boolean, text, text[], text[], timestamp with time zone[], text[], text[], bytea[], bigint[], integer[], text[], text[], text[], bigint[]) plan for its market
ALTER FUNCTION public.ledger_write(boolean, text, text[], text[], timestamp with time zone[], text[], text[], bytea[], bigint[], integer[], text[], text[], text[], bigint[]) RESET plan_cache_mode;
-- stays: schema drizzle: the journal of the migrations, which run at the coordinator
-- stays: schema graphile_worker: jobs belong to no market, and the NOTIFY that wakes their worker is heard on one node only
-- stays: table public.directory: asked before any market is known, hence at the coordinator, and written beside each payment of a charge
-- stays: table public.feed_lane: the worker takes one market out of all with FOR UPDATE SKIP LOCKED, which no statement over several shards may do
-- stays: table public.inbox_queue: looked through for all markets at once together with feed_lane; it is empty most of the time
-- stays: table public.person_market: says which markets one person works in, hence belongs to none of them; beside the directory it is asked with
-- stays: table public.pull_queue: looked through for all markets at once, like inbox_queue; it has a row for each feed we ask
-- stays: function public.audit_append(text, timestamp with time zone, text, text, text, text, text, text, text, text, text, text, text, text, text[], text[], bytea[], text[]): one entry of what a person did; each of its statements names the market and goes to its node
-- stays: function public.audit_bytes(text): runs where it is called
-- stays: function public.audit_erase(text, text, timestamp with time zone, timestamp with time zone): erases values now and then; its statements name the market and go to its node
-- stays: function public.consent_end(text, text, text, timestamp with time zone): runs where it is called
-- stays: function public.consent_record(text, text, text, boolean, text, text, text, timestamp with time zone): runs where it is called
-- stays: function public.credit_lock(text, text): runs where it is called
-- stays: function public.credit_pay(text, text[], timestamp with time zone): runs where it is called
-- stays: function public.credit_take_back(text, text[], timestamp with time zone): runs where it is called
-- stays: function public.directory_add_connections(text, text[]): writes the directory, which stays
-- stays: function public.directory_add_enrolment(text, text): writes the directory, which stays
-- stays: function public.directory_add_receipts(text, text[], text[]): writes the directory, which stays
-- stays: function public.directory_add_stalls(text, text[]): writes the directory, which stays
-- stays: function public.directory_find(text, text): reads the directory, which stays
-- stays: function public.directory_set_login(text, text): writes the directory, which stays
-- stays: function public.inbox_requeue(text, text[], timestamp with time zone): writes the queue, which stays
-- stays: function public.inbox_retrying(text): reads the queue, which stays
-- stays: function public.intake_store(text[], text[], text[], text[], text[], text[], bytea[], bytea[], jsonb[], timestamp with time zone[], text[]): writes for several markets, and the queue, which stays
-- stays: function public.person_answer(text, bytea, text, boolean): writes beside the directory, which stays
-- stays: function public.person_end(text, text): writes beside the directory, which stays
-- stays: function public.person_erase(text, text, text[], text, timestamp with time zone): writes the directory, which stays
-- stays: function public.person_invite(text, text): writes beside the directory, which stays
-- stays: function public.person_markets(text, bytea): reads the directory, which stays
-- stays: function public.pull_schedule(text, text, timestamp with time zone): writes the queue, which stays
