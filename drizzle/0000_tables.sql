CREATE TABLE "ledger_account" (
	"market_id" text NOT NULL,
	"id" text NOT NULL,
	"book" text NOT NULL,
	"code" text NOT NULL,
	"gl_code" text NOT NULL,
	"side" text NOT NULL,
	"name" text NOT NULL,
	"opened_at" timestamp with time zone NOT NULL,
	"closed_at" timestamp with time zone,
	CONSTRAINT "ledger_account_market_id_id_pk" PRIMARY KEY("market_id","id"),
	CONSTRAINT "ledger_account_book_key" UNIQUE("book","id","market_id"),
	CONSTRAINT "ledger_account_id" CHECK ("ledger_account"."id" = "ledger_account"."book" || ':' || "ledger_account"."code"),
	CONSTRAINT "ledger_account_side" CHECK ("ledger_account"."side" in ('debit', 'credit'))
);
--> statement-breakpoint
CREATE TABLE "ledger_balance" (
	"market_id" text NOT NULL,
	"account_id" text NOT NULL,
	"debit_vnd" bigint DEFAULT 0 NOT NULL,
	"credit_vnd" bigint DEFAULT 0 NOT NULL,
	"version" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "ledger_balance_market_id_account_id_pk" PRIMARY KEY("market_id","account_id"),
	CONSTRAINT "ledger_balance_not_negative" CHECK ("ledger_balance"."debit_vnd" >= 0 and "ledger_balance"."credit_vnd" >= 0)
);
--> statement-breakpoint
CREATE TABLE "ledger_block" (
	"market_id" text NOT NULL,
	"height" bigint NOT NULL,
	"first_seq" bigint NOT NULL,
	"last_seq" bigint NOT NULL,
	"prev_hash" "bytea" NOT NULL,
	"hash" "bytea" NOT NULL,
	"hash_ver" smallint NOT NULL,
	CONSTRAINT "ledger_block_market_id_height_pk" PRIMARY KEY("market_id","height"),
	CONSTRAINT "ledger_block_range" CHECK ("ledger_block"."first_seq" <= "ledger_block"."last_seq"),
	CONSTRAINT "ledger_block_hash" CHECK (octet_length("ledger_block"."hash") = 32 and octet_length("ledger_block"."prev_hash") = 32)
);
--> statement-breakpoint
CREATE TABLE "ledger_day" (
	"market_id" text NOT NULL,
	"account_id" text NOT NULL,
	"business_day" date NOT NULL,
	"debit_vnd" bigint NOT NULL,
	"credit_vnd" bigint NOT NULL,
	CONSTRAINT "ledger_day_market_id_account_id_business_day_pk" PRIMARY KEY("market_id","account_id","business_day"),
	CONSTRAINT "ledger_day_not_negative" CHECK ("ledger_day"."debit_vnd" >= 0 and "ledger_day"."credit_vnd" >= 0)
);
--> statement-breakpoint
CREATE TABLE "ledger_head" (
	"market_id" text PRIMARY KEY NOT NULL,
	"last_seq" bigint DEFAULT 0 NOT NULL,
	"height" bigint DEFAULT 0 NOT NULL,
	"hash" "bytea" NOT NULL,
	"closed_through" date,
	CONSTRAINT "ledger_head_not_negative" CHECK ("ledger_head"."last_seq" >= 0 and "ledger_head"."height" >= 0),
	CONSTRAINT "ledger_head_hash" CHECK (octet_length("ledger_head"."hash") = 32)
);
--> statement-breakpoint
CREATE TABLE "ledger_seal" (
	"market_id" text NOT NULL,
	"business_day" date NOT NULL,
	"height" bigint NOT NULL,
	"hash" "bytea" NOT NULL,
	"signature" "bytea" NOT NULL,
	"sealed_at" timestamp with time zone NOT NULL,
	CONSTRAINT "ledger_seal_market_id_business_day_height_pk" PRIMARY KEY("market_id","business_day","height")
);
--> statement-breakpoint
CREATE TABLE "ledger_transfer" (
	"market_id" text NOT NULL,
	"seq" bigint NOT NULL,
	"leg" smallint NOT NULL,
	"book" text NOT NULL,
	"debit_account" text NOT NULL,
	"credit_account" text NOT NULL,
	"amount_vnd" bigint NOT NULL,
	CONSTRAINT "ledger_transfer_market_id_seq_leg_pk" PRIMARY KEY("market_id","seq","leg"),
	CONSTRAINT "ledger_transfer_amount" CHECK ("ledger_transfer"."amount_vnd" > 0),
	CONSTRAINT "ledger_transfer_two_accounts" CHECK ("ledger_transfer"."debit_account" <> "ledger_transfer"."credit_account")
);
--> statement-breakpoint
CREATE TABLE "ledger_txn" (
	"market_id" text NOT NULL,
	"seq" bigint NOT NULL,
	"kind" text NOT NULL,
	"idem_key" text NOT NULL,
	"req_hash" "bytea" NOT NULL,
	"occurred_at" timestamp with time zone NOT NULL,
	"recorded_at" timestamp with time zone NOT NULL,
	"business_day" date NOT NULL,
	"source_kind" text NOT NULL,
	"source_id" text NOT NULL,
	"reverses_seq" bigint,
	"block" bigint NOT NULL,
	"salt" "bytea" NOT NULL,
	"leaf" "bytea" NOT NULL,
	CONSTRAINT "ledger_txn_market_id_seq_pk" PRIMARY KEY("market_id","seq"),
	CONSTRAINT "ledger_txn_idem_key" UNIQUE("idem_key","market_id"),
	CONSTRAINT "ledger_txn_reverses_earlier" CHECK ("ledger_txn"."reverses_seq" < "ledger_txn"."seq"),
	CONSTRAINT "ledger_txn_leaf" CHECK (octet_length("ledger_txn"."leaf") = 32)
);
--> statement-breakpoint
CREATE TABLE "approval" (
	"market_id" text NOT NULL,
	"id" text NOT NULL,
	"kind" text NOT NULL,
	"object_id" text NOT NULL,
	"proposed_by" text NOT NULL,
	"proposed_at" timestamp with time zone NOT NULL,
	"approved_by" text,
	"approved_at" timestamp with time zone,
	CONSTRAINT "approval_market_id_id_pk" PRIMARY KEY("market_id","id"),
	CONSTRAINT "approval_two_people" CHECK ("approval"."approved_by" is null or "approval"."approved_by" <> "approval"."proposed_by"),
	CONSTRAINT "approval_dated" CHECK (("approval"."approved_by" is null) = ("approval"."approved_at" is null))
);
--> statement-breakpoint
CREATE TABLE "cash_sale" (
	"market_id" text NOT NULL,
	"id" text NOT NULL,
	"stall_id" text NOT NULL,
	"amount_vnd" bigint NOT NULL,
	"note" text,
	"user_id" text NOT NULL,
	"occurred_at" timestamp with time zone NOT NULL,
	"day" date NOT NULL,
	"ledger_seq" bigint NOT NULL,
	"undone_at" timestamp with time zone,
	CONSTRAINT "cash_sale_market_id_id_pk" PRIMARY KEY("market_id","id"),
	CONSTRAINT "cash_sale_amount" CHECK ("cash_sale"."amount_vnd" between 1 and 499999999)
);
--> statement-breakpoint
CREATE TABLE "billing_round" (
	"market_id" text NOT NULL,
	"id" text NOT NULL,
	"period" text NOT NULL,
	"due_on" date NOT NULL,
	"status" text NOT NULL,
	"approval_id" text NOT NULL,
	"issued_at" timestamp with time zone,
	CONSTRAINT "billing_round_market_id_id_pk" PRIMARY KEY("market_id","id"),
	CONSTRAINT "billing_round_period_key" UNIQUE("market_id","period"),
	CONSTRAINT "billing_round_issued" CHECK (("billing_round"."status" = 'issued') = ("billing_round"."issued_at" is not null))
);
--> statement-breakpoint
CREATE TABLE "charge" (
	"market_id" text NOT NULL,
	"id" text NOT NULL,
	"round_id" text NOT NULL,
	"stall_id" text NOT NULL,
	"code" text NOT NULL,
	"account_id" text NOT NULL,
	"total_vnd" bigint NOT NULL,
	"paid_vnd" bigint DEFAULT 0 NOT NULL,
	"due_on" date NOT NULL,
	"issued_at" timestamp with time zone NOT NULL,
	CONSTRAINT "charge_market_id_id_pk" PRIMARY KEY("market_id","id"),
	CONSTRAINT "charge_round_stall_key" UNIQUE("market_id","round_id","stall_id"),
	CONSTRAINT "charge_code_key" UNIQUE("market_id","code"),
	CONSTRAINT "charge_total_positive" CHECK ("charge"."total_vnd" > 0),
	CONSTRAINT "charge_paid" CHECK ("charge"."paid_vnd" >= 0)
);
--> statement-breakpoint
CREATE TABLE "charge_line" (
	"market_id" text NOT NULL,
	"charge_id" text NOT NULL,
	"line" integer NOT NULL,
	"name" text NOT NULL,
	"formula" text NOT NULL,
	"amount_vnd" bigint NOT NULL,
	"tariff_id" text NOT NULL,
	CONSTRAINT "charge_line_market_id_charge_id_line_pk" PRIMARY KEY("market_id","charge_id","line")
);
--> statement-breakpoint
CREATE TABLE "receipt" (
	"market_id" text NOT NULL,
	"id" text NOT NULL,
	"year" integer NOT NULL,
	"number" integer NOT NULL,
	"token" text NOT NULL,
	"charge_id" text NOT NULL,
	"payment_id" text NOT NULL,
	"amount_vnd" bigint NOT NULL,
	"paid_at" timestamp with time zone NOT NULL,
	CONSTRAINT "receipt_market_id_id_pk" PRIMARY KEY("market_id","id"),
	CONSTRAINT "receipt_number_key" UNIQUE("market_id","year","number"),
	CONSTRAINT "receipt_payment_key" UNIQUE("market_id","payment_id"),
	CONSTRAINT "receipt_token_key" UNIQUE("market_id","token")
);
--> statement-breakpoint
CREATE TABLE "receipt_counter" (
	"market_id" text NOT NULL,
	"year" integer NOT NULL,
	"last_number" integer NOT NULL,
	CONSTRAINT "receipt_counter_market_id_year_pk" PRIMARY KEY("market_id","year")
);
--> statement-breakpoint
CREATE TABLE "tariff" (
	"market_id" text NOT NULL,
	"id" text NOT NULL,
	"name" text NOT NULL,
	"position_grade" integer NOT NULL,
	"unit_price_vnd" bigint NOT NULL,
	"ceiling_vnd" bigint NOT NULL,
	"decision" text NOT NULL,
	"decided_on" date NOT NULL,
	"effective_from" date NOT NULL,
	"effective_to" date,
	CONSTRAINT "tariff_market_id_id_pk" PRIMARY KEY("market_id","id"),
	CONSTRAINT "tariff_grade_key" UNIQUE("market_id","position_grade","effective_from"),
	CONSTRAINT "tariff_under_ceiling" CHECK ("tariff"."unit_price_vnd" between 1 and "tariff"."ceiling_vnd")
);
--> statement-breakpoint
CREATE TABLE "bank_transaction" (
	"market_id" text NOT NULL,
	"id" text NOT NULL,
	"connection_id" text NOT NULL,
	"account_id" text,
	"account_number" text NOT NULL,
	"direction" text NOT NULL,
	"amount_vnd" bigint NOT NULL,
	"reference" text,
	"content" text NOT NULL,
	"occurred_at" timestamp with time zone NOT NULL,
	"received_at" timestamp with time zone NOT NULL,
	"balance_after_vnd" bigint,
	"provider" jsonb NOT NULL,
	CONSTRAINT "bank_transaction_market_id_id_pk" PRIMARY KEY("market_id","id"),
	CONSTRAINT "bank_transaction_amount_positive" CHECK ("bank_transaction"."amount_vnd" > 0),
	CONSTRAINT "bank_transaction_direction" CHECK ("bank_transaction"."direction" in ('in', 'out'))
);
--> statement-breakpoint
CREATE TABLE "connection" (
	"market_id" text NOT NULL,
	"id" text NOT NULL,
	"provider" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"last_heard_at" timestamp with time zone,
	"deaf_since" timestamp with time zone,
	CONSTRAINT "connection_market_id_id_pk" PRIMARY KEY("market_id","id")
);
--> statement-breakpoint
CREATE TABLE "connection_account" (
	"market_id" text NOT NULL,
	"connection_id" text NOT NULL,
	"bin" text NOT NULL,
	"number" text NOT NULL,
	CONSTRAINT "connection_account_market_id_connection_id_number_bin_pk" PRIMARY KEY("market_id","connection_id","number","bin")
);
--> statement-breakpoint
CREATE TABLE "connection_secret" (
	"market_id" text NOT NULL,
	"id" text NOT NULL,
	"connection_id" text NOT NULL,
	"scheme" text NOT NULL,
	"ciphertext" "bytea" NOT NULL,
	"not_before" timestamp with time zone,
	"not_after" timestamp with time zone,
	CONSTRAINT "connection_secret_market_id_id_pk" PRIMARY KEY("market_id","id")
);
--> statement-breakpoint
CREATE TABLE "feed_event" (
	"market_id" text NOT NULL,
	"connection_id" text NOT NULL,
	"provider_event_id" text NOT NULL,
	"inbox_id" text NOT NULL,
	"kind" text NOT NULL,
	"content_hash" "bytea" NOT NULL,
	"bank_transaction_id" text,
	CONSTRAINT "feed_event_market_id_connection_id_provider_event_id_pk" PRIMARY KEY("market_id","connection_id","provider_event_id")
);
--> statement-breakpoint
CREATE TABLE "feed_inbox" (
	"market_id" text NOT NULL,
	"id" text NOT NULL,
	"connection_id" text NOT NULL,
	"provider" text NOT NULL,
	"key_id" text NOT NULL,
	"content_type" text NOT NULL,
	"raw_body" "bytea" NOT NULL,
	"body_hash" "bytea" NOT NULL,
	"received_at" timestamp with time zone NOT NULL,
	"state" text DEFAULT 'received' NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"problem" text,
	CONSTRAINT "feed_inbox_market_id_id_pk" PRIMARY KEY("market_id","id"),
	CONSTRAINT "feed_inbox_body_key" UNIQUE("market_id","connection_id","body_hash"),
	CONSTRAINT "feed_inbox_state" CHECK ("feed_inbox"."state" in ('received', 'done', 'malformed', 'dead'))
);
--> statement-breakpoint
CREATE TABLE "feed_lane" (
	"market_id" text PRIMARY KEY NOT NULL
);
--> statement-breakpoint
CREATE TABLE "inbox_queue" (
	"market_id" text NOT NULL,
	"inbox_id" text NOT NULL,
	"due_at" timestamp with time zone NOT NULL,
	CONSTRAINT "inbox_queue_market_id_inbox_id_pk" PRIMARY KEY("market_id","inbox_id")
);
--> statement-breakpoint
CREATE TABLE "sighting" (
	"market_id" text NOT NULL,
	"bank_transaction_id" text NOT NULL,
	"source" text NOT NULL,
	"source_id" text NOT NULL,
	"seen_at" timestamp with time zone NOT NULL,
	CONSTRAINT "sighting_market_id_source_source_id_pk" PRIMARY KEY("market_id","source","source_id")
);
--> statement-breakpoint
CREATE TABLE "idempotency_key" (
	"market_id" text NOT NULL,
	"principal" text NOT NULL,
	"route" text NOT NULL,
	"key" text NOT NULL,
	"body_hash" "bytea" NOT NULL,
	"status" integer NOT NULL,
	"answer" jsonb NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "idempotency_key_market_id_principal_route_key_pk" PRIMARY KEY("market_id","principal","route","key")
);
--> statement-breakpoint
CREATE TABLE "app_user" (
	"market_id" text NOT NULL,
	"id" text NOT NULL,
	"login" text NOT NULL,
	"name" text NOT NULL,
	"role" text NOT NULL,
	"stall_id" text,
	"secret_hash" text NOT NULL,
	"failed_count" integer DEFAULT 0 NOT NULL,
	"locked_until" timestamp with time zone,
	CONSTRAINT "app_user_market_id_id_pk" PRIMARY KEY("market_id","id"),
	CONSTRAINT "app_user_login_key" UNIQUE("market_id","login"),
	CONSTRAINT "app_user_stall" CHECK (("app_user"."role" in ('stallholder', 'helper')) = ("app_user"."stall_id" is not null))
);
--> statement-breakpoint
CREATE TABLE "session" (
	"market_id" text NOT NULL,
	"token_hash" "bytea" NOT NULL,
	"user_id" text NOT NULL,
	"csrf_token" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	CONSTRAINT "session_market_id_token_hash_pk" PRIMARY KEY("market_id","token_hash")
);
--> statement-breakpoint
CREATE TABLE "live_counter" (
	"market_id" text NOT NULL,
	"stall_id" text NOT NULL,
	"last_number" bigint NOT NULL,
	CONSTRAINT "live_counter_market_id_stall_id_pk" PRIMARY KEY("market_id","stall_id")
);
--> statement-breakpoint
CREATE TABLE "live_event" (
	"market_id" text NOT NULL,
	"stall_id" text NOT NULL,
	"number" bigint NOT NULL,
	"kind" text NOT NULL,
	"payload" jsonb NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "live_event_market_id_stall_id_number_pk" PRIMARY KEY("market_id","stall_id","number")
);
--> statement-breakpoint
CREATE TABLE "directory" (
	"kind" text NOT NULL,
	"key" text NOT NULL,
	"market_id" text NOT NULL,
	"object_id" text NOT NULL,
	CONSTRAINT "directory_kind_key_pk" PRIMARY KEY("kind","key")
);
--> statement-breakpoint
CREATE TABLE "market" (
	"market_id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"code" text NOT NULL,
	"operator_kind" text NOT NULL,
	"demo" boolean NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "market_code_key" UNIQUE("market_id","code")
);
--> statement-breakpoint
CREATE TABLE "zone" (
	"market_id" text NOT NULL,
	"id" text NOT NULL,
	"code" text NOT NULL,
	"name" text NOT NULL,
	"position" integer NOT NULL,
	CONSTRAINT "zone_market_id_id_pk" PRIMARY KEY("market_id","id"),
	CONSTRAINT "zone_code_key" UNIQUE("market_id","code")
);
--> statement-breakpoint
CREATE TABLE "payment" (
	"market_id" text NOT NULL,
	"id" text NOT NULL,
	"bank_transaction_id" text NOT NULL,
	"purpose" text NOT NULL,
	"stall_id" text NOT NULL,
	"request_id" text,
	"charge_id" text,
	"account_id" text NOT NULL,
	"amount_vnd" bigint NOT NULL,
	"expected_vnd" bigint,
	"verdict" text NOT NULL,
	"matched_by" text NOT NULL,
	"memo_tail" text NOT NULL,
	"occurred_at" timestamp with time zone NOT NULL,
	"received_at" timestamp with time zone NOT NULL,
	"day" date NOT NULL,
	CONSTRAINT "payment_market_id_id_pk" PRIMARY KEY("market_id","id"),
	CONSTRAINT "payment_transaction_key" UNIQUE("market_id","bank_transaction_id"),
	CONSTRAINT "payment_amount_positive" CHECK ("payment"."amount_vnd" > 0),
	CONSTRAINT "payment_purpose" CHECK ("payment"."purpose" in ('sale', 'charge'))
);
--> statement-breakpoint
CREATE TABLE "payment_request" (
	"market_id" text NOT NULL,
	"id" text NOT NULL,
	"stall_id" text NOT NULL,
	"account_id" text NOT NULL,
	"code" text NOT NULL,
	"amount_vnd" bigint NOT NULL,
	"paid_vnd" bigint DEFAULT 0 NOT NULL,
	"note" text,
	"status" text DEFAULT 'open' NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	CONSTRAINT "payment_request_market_id_id_pk" PRIMARY KEY("market_id","id"),
	CONSTRAINT "payment_request_code_key" UNIQUE("market_id","code"),
	CONSTRAINT "payment_request_amount" CHECK ("payment_request"."amount_vnd" between 1 and 499999999),
	CONSTRAINT "payment_request_paid" CHECK ("payment_request"."paid_vnd" >= 0)
);
--> statement-breakpoint
CREATE TABLE "stall_day" (
	"market_id" text NOT NULL,
	"stall_id" text NOT NULL,
	"day" date NOT NULL,
	"hour" integer NOT NULL,
	"bin" text NOT NULL,
	"cash" boolean NOT NULL,
	"amount_vnd" bigint NOT NULL,
	"count" bigint NOT NULL,
	CONSTRAINT "stall_day_market_id_stall_id_day_hour_bin_pk" PRIMARY KEY("market_id","stall_id","day","hour","bin")
);
--> statement-breakpoint
CREATE TABLE "suspense" (
	"market_id" text NOT NULL,
	"id" text NOT NULL,
	"bank_transaction_id" text,
	"inbox_id" text NOT NULL,
	"reason" text NOT NULL,
	"status" text DEFAULT 'open' NOT NULL,
	"amount_vnd" bigint NOT NULL,
	"occurred_at" timestamp with time zone NOT NULL,
	"posted" boolean NOT NULL,
	"resolution" text,
	"resolved_by" text,
	"resolved_reason" text,
	"resolved_at" timestamp with time zone,
	CONSTRAINT "suspense_market_id_id_pk" PRIMARY KEY("market_id","id"),
	CONSTRAINT "suspense_status" CHECK (("suspense"."status" = 'resolved') = ("suspense"."resolution" is not null))
);
--> statement-breakpoint
CREATE TABLE "payment_code" (
	"market_id" text NOT NULL,
	"code" text NOT NULL,
	"kind" text NOT NULL,
	"object_id" text NOT NULL,
	CONSTRAINT "payment_code_market_id_code_pk" PRIMARY KEY("market_id","code"),
	CONSTRAINT "payment_code_kind" CHECK ("payment_code"."kind" in ('stall', 'request', 'charge'))
);
--> statement-breakpoint
CREATE TABLE "receiving_account" (
	"market_id" text NOT NULL,
	"id" text NOT NULL,
	"stall_id" text,
	"bin" text NOT NULL,
	"number" text NOT NULL,
	"holder" text NOT NULL,
	"is_default" boolean DEFAULT true NOT NULL,
	CONSTRAINT "receiving_account_market_id_id_pk" PRIMARY KEY("market_id","id"),
	CONSTRAINT "receiving_account_number_key" UNIQUE("market_id","bin","number"),
	CONSTRAINT "receiving_account_bin" CHECK ("receiving_account"."bin" ~ '^[0-9]{6}$')
);
--> statement-breakpoint
CREATE TABLE "stall" (
	"market_id" text NOT NULL,
	"id" text NOT NULL,
	"code" text NOT NULL,
	"name" text NOT NULL,
	"zone_id" text NOT NULL,
	"area_m2" numeric(6, 2) NOT NULL,
	"position_grade" integer NOT NULL,
	"status" text DEFAULT 'active' NOT NULL,
	"memo_code" text NOT NULL,
	"sales_consent_at" timestamp with time zone,
	CONSTRAINT "stall_market_id_id_pk" PRIMARY KEY("market_id","id"),
	CONSTRAINT "stall_code_key" UNIQUE("market_id","code"),
	CONSTRAINT "stall_area_positive" CHECK ("stall"."area_m2" > 0),
	CONSTRAINT "stall_grade_known" CHECK ("stall"."position_grade" between 1 and 3)
);
--> statement-breakpoint
ALTER TABLE "ledger_balance" ADD CONSTRAINT "ledger_balance_account_fk" FOREIGN KEY ("market_id","account_id") REFERENCES "public"."ledger_account"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ledger_day" ADD CONSTRAINT "ledger_day_account_fk" FOREIGN KEY ("market_id","account_id") REFERENCES "public"."ledger_account"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ledger_seal" ADD CONSTRAINT "ledger_seal_block_fk" FOREIGN KEY ("market_id","height") REFERENCES "public"."ledger_block"("market_id","height") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ledger_transfer" ADD CONSTRAINT "ledger_transfer_txn_fk" FOREIGN KEY ("market_id","seq") REFERENCES "public"."ledger_txn"("market_id","seq") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ledger_transfer" ADD CONSTRAINT "ledger_transfer_debit_fk" FOREIGN KEY ("market_id","book","debit_account") REFERENCES "public"."ledger_account"("market_id","book","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ledger_transfer" ADD CONSTRAINT "ledger_transfer_credit_fk" FOREIGN KEY ("market_id","book","credit_account") REFERENCES "public"."ledger_account"("market_id","book","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ledger_txn" ADD CONSTRAINT "ledger_txn_reverses_fk" FOREIGN KEY ("market_id","reverses_seq") REFERENCES "public"."ledger_txn"("market_id","seq") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "cash_sale" ADD CONSTRAINT "cash_sale_market_id_stall_id_stall_market_id_id_fk" FOREIGN KEY ("market_id","stall_id") REFERENCES "public"."stall"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "charge" ADD CONSTRAINT "charge_market_id_round_id_billing_round_market_id_id_fk" FOREIGN KEY ("market_id","round_id") REFERENCES "public"."billing_round"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "charge" ADD CONSTRAINT "charge_market_id_stall_id_stall_market_id_id_fk" FOREIGN KEY ("market_id","stall_id") REFERENCES "public"."stall"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "charge_line" ADD CONSTRAINT "charge_line_market_id_charge_id_charge_market_id_id_fk" FOREIGN KEY ("market_id","charge_id") REFERENCES "public"."charge"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "charge_line" ADD CONSTRAINT "charge_line_market_id_tariff_id_tariff_market_id_id_fk" FOREIGN KEY ("market_id","tariff_id") REFERENCES "public"."tariff"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "receipt" ADD CONSTRAINT "receipt_market_id_charge_id_charge_market_id_id_fk" FOREIGN KEY ("market_id","charge_id") REFERENCES "public"."charge"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "receipt" ADD CONSTRAINT "receipt_market_id_payment_id_payment_market_id_id_fk" FOREIGN KEY ("market_id","payment_id") REFERENCES "public"."payment"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "connection_account" ADD CONSTRAINT "connection_account_market_id_connection_id_connection_market_id_id_fk" FOREIGN KEY ("market_id","connection_id") REFERENCES "public"."connection"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "connection_secret" ADD CONSTRAINT "connection_secret_market_id_connection_id_connection_market_id_id_fk" FOREIGN KEY ("market_id","connection_id") REFERENCES "public"."connection"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "feed_inbox" ADD CONSTRAINT "feed_inbox_market_id_connection_id_connection_market_id_id_fk" FOREIGN KEY ("market_id","connection_id") REFERENCES "public"."connection"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sighting" ADD CONSTRAINT "sighting_market_id_bank_transaction_id_bank_transaction_market_id_id_fk" FOREIGN KEY ("market_id","bank_transaction_id") REFERENCES "public"."bank_transaction"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "app_user" ADD CONSTRAINT "app_user_market_id_stall_id_stall_market_id_id_fk" FOREIGN KEY ("market_id","stall_id") REFERENCES "public"."stall"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "session" ADD CONSTRAINT "session_market_id_user_id_app_user_market_id_id_fk" FOREIGN KEY ("market_id","user_id") REFERENCES "public"."app_user"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "payment" ADD CONSTRAINT "payment_market_id_bank_transaction_id_bank_transaction_market_id_id_fk" FOREIGN KEY ("market_id","bank_transaction_id") REFERENCES "public"."bank_transaction"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "payment_request" ADD CONSTRAINT "payment_request_market_id_stall_id_stall_market_id_id_fk" FOREIGN KEY ("market_id","stall_id") REFERENCES "public"."stall"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "payment_request" ADD CONSTRAINT "payment_request_market_id_account_id_receiving_account_market_id_id_fk" FOREIGN KEY ("market_id","account_id") REFERENCES "public"."receiving_account"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "receiving_account" ADD CONSTRAINT "receiving_account_market_id_stall_id_stall_market_id_id_fk" FOREIGN KEY ("market_id","stall_id") REFERENCES "public"."stall"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "stall" ADD CONSTRAINT "stall_market_id_zone_id_zone_market_id_id_fk" FOREIGN KEY ("market_id","zone_id") REFERENCES "public"."zone"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "ledger_txn_reverses_key" ON "ledger_txn" USING btree ("market_id","reverses_seq") WHERE "ledger_txn"."reverses_seq" is not null;--> statement-breakpoint
CREATE INDEX "cash_sale_stall_day_idx" ON "cash_sale" USING btree ("market_id","stall_id","day");--> statement-breakpoint
CREATE INDEX "charge_stall_idx" ON "charge" USING btree ("market_id","stall_id","due_on");--> statement-breakpoint
CREATE INDEX "bank_transaction_account_idx" ON "bank_transaction" USING btree ("market_id","account_id","occurred_at");--> statement-breakpoint
CREATE INDEX "bank_transaction_occurred_idx" ON "bank_transaction" USING btree ("market_id","occurred_at");--> statement-breakpoint
CREATE INDEX "feed_event_transaction_idx" ON "feed_event" USING btree ("market_id","bank_transaction_id");--> statement-breakpoint
CREATE INDEX "inbox_queue_due_idx" ON "inbox_queue" USING btree ("due_at");--> statement-breakpoint
CREATE UNIQUE INDEX "sighting_transaction_key" ON "sighting" USING btree ("market_id","bank_transaction_id","source","source_id");--> statement-breakpoint
CREATE INDEX "idempotency_key_created_idx" ON "idempotency_key" USING btree ("market_id","created_at");--> statement-breakpoint
CREATE INDEX "live_event_created_idx" ON "live_event" USING btree ("market_id","created_at");--> statement-breakpoint
CREATE INDEX "payment_stall_day_idx" ON "payment" USING btree ("market_id","stall_id","day","occurred_at","id");--> statement-breakpoint
CREATE INDEX "payment_request_idx" ON "payment" USING btree ("market_id","request_id");--> statement-breakpoint
CREATE INDEX "payment_charge_idx" ON "payment" USING btree ("market_id","charge_id");--> statement-breakpoint
CREATE INDEX "payment_request_open_idx" ON "payment_request" USING btree ("market_id","expires_at") WHERE "payment_request"."status" = 'open';--> statement-breakpoint
CREATE INDEX "suspense_status_idx" ON "suspense" USING btree ("market_id","status","occurred_at","id");--> statement-breakpoint
CREATE UNIQUE INDEX "receiving_account_default_key" ON "receiving_account" USING btree ("market_id",coalesce("stall_id", 'board')) WHERE "receiving_account"."is_default";