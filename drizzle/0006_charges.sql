-- The market's charges: who has which stall, what a price stands on, what is billed, settled, collected on foot and handed
-- over. What was there before is kept: each price gets its decision's row, each line its tax (none), each stall in use the
-- contract it had been billed without. The owner is let past row-level security for that and bound again at the end.

ALTER TABLE tariff NO FORCE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE charge NO FORCE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE charge_line NO FORCE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE receipt NO FORCE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE stall NO FORCE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE app_user NO FORCE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE market NO FORCE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE billing_round NO FORCE ROW LEVEL SECURITY;--> statement-breakpoint
-- Two contracts, or two pauses, of one stall must not cover the same day: an exclusion over text and ranges needs this.
CREATE EXTENSION IF NOT EXISTS btree_gist;--> statement-breakpoint
CREATE TABLE "charge_change" (
	"market_id" text NOT NULL,
	"id" text NOT NULL,
	"charge_id" text NOT NULL,
	"kind" text NOT NULL,
	"net_vnd" bigint NOT NULL,
	"vat_vnd" bigint NOT NULL,
	"amount_vnd" bigint NOT NULL,
	"pass_through_vnd" bigint DEFAULT 0 NOT NULL,
	"reason" text NOT NULL,
	"approval_id" text NOT NULL,
	"status" text NOT NULL,
	"decided_at" timestamp with time zone,
	"ledger_seq" bigint,
	CONSTRAINT "charge_change_market_id_id_pk" PRIMARY KEY("market_id","id"),
	CONSTRAINT "charge_change_kind" CHECK ("charge_change"."kind" in ('adjusted', 'relieved', 'written_off')),
	CONSTRAINT "charge_change_sum" CHECK ("charge_change"."amount_vnd" = "charge_change"."net_vnd" + "charge_change"."vat_vnd" and "charge_change"."amount_vnd" <> 0),
	CONSTRAINT "charge_change_sign" CHECK ("charge_change"."kind" = 'adjusted' or "charge_change"."amount_vnd" < 0),
	CONSTRAINT "charge_change_status" CHECK ("charge_change"."status" in ('proposed', 'approved', 'refused')),
	CONSTRAINT "charge_change_decided" CHECK (("charge_change"."status" = 'proposed') = ("charge_change"."decided_at" is null)),
	CONSTRAINT "charge_change_posted" CHECK (("charge_change"."status" = 'approved') = ("charge_change"."ledger_seq" is not null)),
	CONSTRAINT "charge_change_reason" CHECK (length("charge_change"."reason") >= 3)
);
--> statement-breakpoint
CREATE TABLE "charge_draft" (
	"market_id" text NOT NULL,
	"round_id" text NOT NULL,
	"stall_id" text NOT NULL,
	"contract_id" text,
	"total_vnd" bigint NOT NULL,
	"lines" jsonb NOT NULL,
	CONSTRAINT "charge_draft_market_id_round_id_stall_id_pk" PRIMARY KEY("market_id","round_id","stall_id"),
	CONSTRAINT "charge_draft_total" CHECK ("charge_draft"."total_vnd" > 0)
);
--> statement-breakpoint
CREATE TABLE "charge_policy" (
	"market_id" text PRIMARY KEY NOT NULL,
	"settle_order" text DEFAULT 'named_first' NOT NULL,
	"due_day" integer DEFAULT 15 NOT NULL,
	"quiet_from_hour" integer DEFAULT 20 NOT NULL,
	"quiet_to_hour" integer DEFAULT 7 NOT NULL,
	"anomaly_ratio" numeric(4, 2) DEFAULT '2' NOT NULL,
	CONSTRAINT "charge_policy_order" CHECK ("charge_policy"."settle_order" in ('named_first', 'oldest_first')),
	CONSTRAINT "charge_policy_due_day" CHECK ("charge_policy"."due_day" between 1 and 28),
	CONSTRAINT "charge_policy_quiet" CHECK ("charge_policy"."quiet_from_hour" between 0 and 23 and "charge_policy"."quiet_to_hour" between 0 and 23),
	CONSTRAINT "charge_policy_ratio" CHECK ("charge_policy"."anomaly_ratio" > 1)
);
--> statement-breakpoint
CREATE TABLE "book" (
	"market_id" text NOT NULL,
	"id" text NOT NULL,
	"code" text NOT NULL,
	"kind" text NOT NULL,
	"collector_id" text NOT NULL,
	"device_id" text NOT NULL,
	"pages" integer NOT NULL,
	"tariff_id" text,
	"issued_by" text NOT NULL,
	"issued_at" timestamp with time zone NOT NULL,
	"closed_at" timestamp with time zone,
	CONSTRAINT "book_market_id_id_pk" PRIMARY KEY("market_id","id"),
	CONSTRAINT "book_code_key" UNIQUE("market_id","code"),
	CONSTRAINT "book_kind" CHECK ("book"."kind" in ('receipt', 'ticket')),
	CONSTRAINT "book_priced" CHECK (("book"."kind" = 'ticket') = ("book"."tariff_id" is not null)),
	CONSTRAINT "book_pages" CHECK ("book"."pages" between 1 and 500)
);
--> statement-breakpoint
CREATE TABLE "book_counter" (
	"market_id" text PRIMARY KEY NOT NULL,
	"last_number" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "book_page" (
	"market_id" text NOT NULL,
	"book_id" text NOT NULL,
	"page" integer NOT NULL,
	"token" text NOT NULL,
	"used_at" timestamp with time zone,
	"void_reason" text,
	CONSTRAINT "book_page_market_id_book_id_page_pk" PRIMARY KEY("market_id","book_id","page"),
	CONSTRAINT "book_page_token_key" UNIQUE("market_id","token"),
	CONSTRAINT "book_page_number" CHECK ("book_page"."page" >= 1),
	CONSTRAINT "book_page_void" CHECK ("book_page"."void_reason" is null or "book_page"."used_at" is not null)
);
--> statement-breakpoint
CREATE TABLE "collection" (
	"market_id" text NOT NULL,
	"id" text NOT NULL,
	"stall_id" text NOT NULL,
	"collector_id" text NOT NULL,
	"book_id" text NOT NULL,
	"page" integer NOT NULL,
	"amount_vnd" bigint NOT NULL,
	"taken_at" timestamp with time zone NOT NULL,
	"received_at" timestamp with time zone NOT NULL,
	"day" date NOT NULL,
	"ledger_seq" bigint NOT NULL,
	"handover_id" text,
	"undone_at" timestamp with time zone,
	"undone_reason" text,
	CONSTRAINT "collection_market_id_id_pk" PRIMARY KEY("market_id","id"),
	CONSTRAINT "collection_page_key" UNIQUE("market_id","book_id","page"),
	CONSTRAINT "collection_amount" CHECK ("collection"."amount_vnd" > 0),
	CONSTRAINT "collection_undone" CHECK (("collection"."undone_at" is null) = ("collection"."undone_reason" is null)),
	CONSTRAINT "collection_kept" CHECK ("collection"."undone_at" is null or "collection"."handover_id" is null)
);
--> statement-breakpoint
CREATE TABLE "day_ticket" (
	"market_id" text NOT NULL,
	"id" text NOT NULL,
	"book_id" text NOT NULL,
	"page" integer NOT NULL,
	"tariff_id" text NOT NULL,
	"collector_id" text NOT NULL,
	"price_vnd" bigint NOT NULL,
	"vat_vnd" bigint NOT NULL,
	"zone_id" text,
	"goods" text,
	"sold_at" timestamp with time zone NOT NULL,
	"received_at" timestamp with time zone NOT NULL,
	"day" date NOT NULL,
	"paid_by" text NOT NULL,
	"code" text,
	"bank_transaction_id" text,
	"ledger_seq" bigint,
	"handover_id" text,
	CONSTRAINT "day_ticket_market_id_id_pk" PRIMARY KEY("market_id","id"),
	CONSTRAINT "day_ticket_page_key" UNIQUE("market_id","book_id","page"),
	CONSTRAINT "day_ticket_code_key" UNIQUE("market_id","code"),
	CONSTRAINT "day_ticket_transaction_key" UNIQUE("market_id","bank_transaction_id"),
	CONSTRAINT "day_ticket_price" CHECK ("day_ticket"."price_vnd" > 0 and "day_ticket"."vat_vnd" between 0 and "day_ticket"."price_vnd"),
	CONSTRAINT "day_ticket_paid_by" CHECK ("day_ticket"."paid_by" in ('cash', 'bank')),
	CONSTRAINT "day_ticket_code" CHECK (("day_ticket"."paid_by" = 'bank') = ("day_ticket"."code" is not null)),
	CONSTRAINT "day_ticket_posted" CHECK ("day_ticket"."paid_by" = 'bank' or "day_ticket"."ledger_seq" is not null)
);
--> statement-breakpoint
CREATE TABLE "visit" (
	"market_id" text NOT NULL,
	"id" text NOT NULL,
	"stall_id" text NOT NULL,
	"collector_id" text NOT NULL,
	"visited_at" timestamp with time zone NOT NULL,
	"outcome" text NOT NULL,
	"note" text,
	"promised_on" date,
	"promised_vnd" bigint,
	CONSTRAINT "visit_market_id_id_pk" PRIMARY KEY("market_id","id"),
	CONSTRAINT "visit_outcome" CHECK ("visit"."outcome" in ('promised', 'refused', 'absent')),
	CONSTRAINT "visit_promise" CHECK (("visit"."outcome" = 'promised') = ("visit"."promised_on" is not null)),
	CONSTRAINT "visit_promised" CHECK ("visit"."promised_vnd" is null or ("visit"."promised_vnd" > 0 and "visit"."promised_on" is not null))
);
--> statement-breakpoint
CREATE TABLE "contract" (
	"market_id" text NOT NULL,
	"id" text NOT NULL,
	"number" text NOT NULL,
	"stall_id" text NOT NULL,
	"stallholder_id" text NOT NULL,
	"seller_id" text,
	"kind" text NOT NULL,
	"signed_on" date,
	"starts_on" date NOT NULL,
	"ends_on" date,
	"ended_on" date,
	"end_reason" text,
	"deposit_vnd" bigint DEFAULT 0 NOT NULL,
	"transferred_from" text,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "contract_market_id_id_pk" PRIMARY KEY("market_id","id"),
	CONSTRAINT "contract_number_key" UNIQUE("market_id","number"),
	CONSTRAINT "contract_kind" CHECK ("contract"."kind" in ('use', 'rent')),
	CONSTRAINT "contract_days" CHECK (("contract"."ends_on" is null or "contract"."ends_on" >= "contract"."starts_on") and ("contract"."ended_on" is null or "contract"."ended_on" >= "contract"."starts_on")),
	CONSTRAINT "contract_ended" CHECK (("contract"."ended_on" is null) = ("contract"."end_reason" is null)),
	CONSTRAINT "contract_end_reason" CHECK ("contract"."end_reason" in ('expired', 'terminated', 'transferred')),
	CONSTRAINT "contract_deposit" CHECK ("contract"."deposit_vnd" >= 0)
);
--> statement-breakpoint
CREATE TABLE "contract_pause" (
	"market_id" text NOT NULL,
	"id" text NOT NULL,
	"contract_id" text NOT NULL,
	"from_day" date NOT NULL,
	"to_day" date,
	"reason" text NOT NULL,
	"noticed_on" date NOT NULL,
	"created_by" text NOT NULL,
	CONSTRAINT "contract_pause_market_id_id_pk" PRIMARY KEY("market_id","id"),
	CONSTRAINT "contract_pause_days" CHECK ("contract_pause"."to_day" is null or "contract_pause"."to_day" >= "contract_pause"."from_day")
);
--> statement-breakpoint
CREATE TABLE "stallholder" (
	"market_id" text NOT NULL,
	"id" text NOT NULL,
	"name" text NOT NULL,
	"registered_name" text,
	"phone" text,
	"email" text,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "stallholder_market_id_id_pk" PRIMARY KEY("market_id","id")
);
--> statement-breakpoint
CREATE TABLE "dispute" (
	"market_id" text NOT NULL,
	"id" text NOT NULL,
	"charge_id" text NOT NULL,
	"stall_id" text NOT NULL,
	"reason" text NOT NULL,
	"opened_by" text NOT NULL,
	"opened_at" timestamp with time zone NOT NULL,
	"outcome" text,
	"answer" text,
	"answered_by" text,
	"answered_at" timestamp with time zone,
	CONSTRAINT "dispute_market_id_id_pk" PRIMARY KEY("market_id","id"),
	CONSTRAINT "dispute_outcome" CHECK ("dispute"."outcome" in ('upheld', 'rejected', 'withdrawn')),
	CONSTRAINT "dispute_answered" CHECK (num_nonnulls("dispute"."outcome", "dispute"."answer", "dispute"."answered_by", "dispute"."answered_at") in (0, 4))
);
--> statement-breakpoint
CREATE TABLE "handover" (
	"market_id" text NOT NULL,
	"id" text NOT NULL,
	"collector_id" text NOT NULL,
	"day" date NOT NULL,
	"expected_vnd" bigint NOT NULL,
	"collector_counts" jsonb NOT NULL,
	"collector_vnd" bigint NOT NULL,
	"collector_signed_at" timestamp with time zone NOT NULL,
	"cashier_id" text,
	"cashier_counts" jsonb,
	"cashier_vnd" bigint,
	"cashier_signed_at" timestamp with time zone,
	"note" text,
	"ledger_seq" bigint,
	CONSTRAINT "handover_market_id_id_pk" PRIMARY KEY("market_id","id"),
	CONSTRAINT "handover_two_people" CHECK ("handover"."cashier_id" is null or "handover"."cashier_id" <> "handover"."collector_id"),
	CONSTRAINT "handover_signed" CHECK (num_nonnulls("handover"."cashier_id", "handover"."cashier_counts", "handover"."cashier_vnd", "handover"."cashier_signed_at") in (0, 4)),
	CONSTRAINT "handover_sums" CHECK ("handover"."expected_vnd" >= 0 and "handover"."collector_vnd" >= 0 and "handover"."cashier_vnd" >= 0)
);
--> statement-breakpoint
CREATE TABLE "meter" (
	"market_id" text NOT NULL,
	"id" text NOT NULL,
	"stall_id" text NOT NULL,
	"service" text NOT NULL,
	"serial" text NOT NULL,
	"initial_value" numeric(12, 2) NOT NULL,
	"installed_on" date NOT NULL,
	"removed_on" date,
	CONSTRAINT "meter_market_id_id_pk" PRIMARY KEY("market_id","id"),
	CONSTRAINT "meter_serial_key" UNIQUE("market_id","service","serial"),
	CONSTRAINT "meter_service" CHECK ("meter"."service" in ('electricity', 'water')),
	CONSTRAINT "meter_initial" CHECK ("meter"."initial_value" >= 0),
	CONSTRAINT "meter_days" CHECK ("meter"."removed_on" is null or "meter"."removed_on" >= "meter"."installed_on")
);
--> statement-breakpoint
CREATE TABLE "meter_reading" (
	"market_id" text NOT NULL,
	"meter_id" text NOT NULL,
	"period" text NOT NULL,
	"old_value" numeric(12, 2) NOT NULL,
	"new_value" numeric(12, 2) NOT NULL,
	"read_on" date NOT NULL,
	"read_by" text NOT NULL,
	"anomaly" text,
	"confirmed_by" text,
	"confirmed_note" text,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "meter_reading_market_id_meter_id_period_pk" PRIMARY KEY("market_id","meter_id","period"),
	CONSTRAINT "meter_reading_forward" CHECK ("meter_reading"."new_value" >= "meter_reading"."old_value" and "meter_reading"."old_value" >= 0),
	CONSTRAINT "meter_reading_anomaly" CHECK ("meter_reading"."anomaly" in ('zero', 'high', 'low'))
);
--> statement-breakpoint
CREATE TABLE "notice" (
	"market_id" text NOT NULL,
	"id" text NOT NULL,
	"stall_id" text NOT NULL,
	"kind" text NOT NULL,
	"channel" text NOT NULL,
	"dedupe_key" text NOT NULL,
	"words" jsonb NOT NULL,
	"due_at" timestamp with time zone NOT NULL,
	"sent_at" timestamp with time zone,
	"read_at" timestamp with time zone,
	"dropped_at" timestamp with time zone,
	"drop_reason" text,
	"attempts" integer DEFAULT 0 NOT NULL,
	"last_error" text,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "notice_market_id_id_pk" PRIMARY KEY("market_id","id"),
	CONSTRAINT "notice_dedupe_key" UNIQUE("market_id","dedupe_key","channel"),
	CONSTRAINT "notice_kind" CHECK ("notice"."kind" in ('charge_issued', 'reminder', 'overdue', 'promise', 'changed', 'dispute_answered', 'paid')),
	CONSTRAINT "notice_channel" CHECK ("notice"."channel" in ('app', 'push', 'email')),
	CONSTRAINT "notice_dropped" CHECK (("notice"."dropped_at" is null) = ("notice"."drop_reason" is null))
);
--> statement-breakpoint
CREATE TABLE "push_subscription" (
	"market_id" text NOT NULL,
	"id" text NOT NULL,
	"user_id" text NOT NULL,
	"endpoint_hash" "bytea" NOT NULL,
	"ciphertext" "bytea" NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "push_subscription_market_id_id_pk" PRIMARY KEY("market_id","id"),
	CONSTRAINT "push_subscription_endpoint_key" UNIQUE("market_id","endpoint_hash")
);
--> statement-breakpoint
CREATE TABLE "settlement" (
	"market_id" text NOT NULL,
	"id" text NOT NULL,
	"charge_id" text NOT NULL,
	"payment_id" text,
	"collection_id" text,
	"credit_id" text,
	"amount_vnd" bigint NOT NULL,
	"settled_at" timestamp with time zone NOT NULL,
	CONSTRAINT "settlement_market_id_id_pk" PRIMARY KEY("market_id","id"),
	CONSTRAINT "settlement_source" CHECK (num_nonnulls("settlement"."payment_id", "settlement"."collection_id", "settlement"."credit_id") = 1),
	CONSTRAINT "settlement_amount" CHECK ("settlement"."amount_vnd" <> 0)
);
--> statement-breakpoint
CREATE TABLE "stall_credit" (
	"market_id" text NOT NULL,
	"id" text NOT NULL,
	"stall_id" text NOT NULL,
	"charge_id" text,
	"source_kind" text NOT NULL,
	"source_id" text NOT NULL,
	"amount_vnd" bigint NOT NULL,
	"used_vnd" bigint DEFAULT 0 NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "stall_credit_market_id_id_pk" PRIMARY KEY("market_id","id"),
	CONSTRAINT "stall_credit_source" CHECK ("stall_credit"."source_kind" in ('payment', 'collection', 'change')),
	CONSTRAINT "stall_credit_amount" CHECK ("stall_credit"."amount_vnd" > 0 and "stall_credit"."used_vnd" between 0 and "stall_credit"."amount_vnd")
);
--> statement-breakpoint
CREATE TABLE "tariff_decision" (
	"market_id" text NOT NULL,
	"id" text NOT NULL,
	"number" text NOT NULL,
	"issued_on" date NOT NULL,
	"issuer" text NOT NULL,
	"title" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "tariff_decision_market_id_id_pk" PRIMARY KEY("market_id","id"),
	CONSTRAINT "tariff_decision_number_key" UNIQUE("market_id","number","issued_on")
);
--> statement-breakpoint
CREATE TABLE "tariff_tier" (
	"market_id" text NOT NULL,
	"tariff_id" text NOT NULL,
	"from_quantity" numeric(10, 2) NOT NULL,
	"unit_price_vnd" bigint NOT NULL,
	"ceiling_vnd" bigint NOT NULL,
	CONSTRAINT "tariff_tier_market_id_tariff_id_from_quantity_pk" PRIMARY KEY("market_id","tariff_id","from_quantity"),
	CONSTRAINT "tariff_tier_from" CHECK ("tariff_tier"."from_quantity" >= 0),
	CONSTRAINT "tariff_tier_under_ceiling" CHECK ("tariff_tier"."unit_price_vnd" between 1 and "tariff_tier"."ceiling_vnd")
);
--> statement-breakpoint
CREATE TABLE "vat_rate" (
	"market_id" text NOT NULL,
	"id" text NOT NULL,
	"service" text,
	"rate_percent" numeric(5, 2) NOT NULL,
	"effective_from" date NOT NULL,
	"effective_to" date,
	"source" text NOT NULL,
	"checked_on" date NOT NULL,
	CONSTRAINT "vat_rate_market_id_id_pk" PRIMARY KEY("market_id","id"),
	CONSTRAINT "vat_rate_from_key" UNIQUE NULLS NOT DISTINCT("market_id","service","effective_from"),
	CONSTRAINT "vat_rate_percent" CHECK ("vat_rate"."rate_percent" >= 0 and "vat_rate"."rate_percent" < 100),
	CONSTRAINT "vat_rate_days" CHECK ("vat_rate"."effective_to" is null or "vat_rate"."effective_to" >= "vat_rate"."effective_from")
);
--> statement-breakpoint
ALTER TABLE "tariff" DROP CONSTRAINT "tariff_grade_key";--> statement-breakpoint
ALTER TABLE "billing_round" DROP CONSTRAINT "billing_round_issued";--> statement-breakpoint
ALTER TABLE "payment" DROP CONSTRAINT "payment_purpose";--> statement-breakpoint
ALTER TABLE "payment_code" DROP CONSTRAINT "payment_code_kind";--> statement-breakpoint
ALTER TABLE "receipt" DROP CONSTRAINT "receipt_market_id_charge_id_charge_market_id_id_fk";
--> statement-breakpoint
ALTER TABLE "billing_round" ALTER COLUMN "approval_id" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "receipt" ALTER COLUMN "charge_id" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "receipt" ALTER COLUMN "payment_id" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "tariff" ALTER COLUMN "position_grade" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "tariff" ALTER COLUMN "unit_price_vnd" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "tariff" ALTER COLUMN "ceiling_vnd" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "billing_round" ADD COLUMN "prepared_by" text;--> statement-breakpoint
ALTER TABLE "billing_round" ADD COLUMN "closed_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "charge" ADD COLUMN "contract_id" text;--> statement-breakpoint
ALTER TABLE "charge" ADD COLUMN "arrears_vnd" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "charge" ADD COLUMN "adjusted_vnd" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "charge" ADD COLUMN "relieved_vnd" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "charge" ADD COLUMN "written_off_vnd" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "charge" ADD COLUMN "outstanding_vnd" bigint GENERATED ALWAYS AS (greatest(total_vnd + adjusted_vnd - relieved_vnd - written_off_vnd - paid_vnd, 0)) STORED NOT NULL;--> statement-breakpoint
ALTER TABLE "charge_line" ADD COLUMN "service" text NOT NULL DEFAULT 'space';--> statement-breakpoint
ALTER TABLE "charge_line" ADD COLUMN "quantity" numeric(14, 4);--> statement-breakpoint
ALTER TABLE "charge_line" ADD COLUMN "net_vnd" bigint NOT NULL DEFAULT 0;--> statement-breakpoint
ALTER TABLE "charge_line" ADD COLUMN "vat_percent" numeric(5, 2) NOT NULL DEFAULT 0;--> statement-breakpoint
ALTER TABLE "charge_line" ADD COLUMN "vat_vnd" bigint NOT NULL DEFAULT 0;--> statement-breakpoint
ALTER TABLE "charge_line" ADD COLUMN "pass_through" boolean NOT NULL DEFAULT false;--> statement-breakpoint
UPDATE charge_line SET net_vnd = amount_vnd;--> statement-breakpoint
ALTER TABLE charge_line ALTER COLUMN service DROP DEFAULT, ALTER COLUMN net_vnd DROP DEFAULT, ALTER COLUMN vat_percent DROP DEFAULT,
  ALTER COLUMN vat_vnd DROP DEFAULT, ALTER COLUMN pass_through DROP DEFAULT;--> statement-breakpoint
ALTER TABLE "receipt" ADD COLUMN "stall_id" text;--> statement-breakpoint
ALTER TABLE "receipt" ADD COLUMN "collection_id" text;--> statement-breakpoint
ALTER TABLE "receipt" ADD COLUMN "ticket_id" text;--> statement-breakpoint
ALTER TABLE "receipt" ADD COLUMN "book_page" text;--> statement-breakpoint
ALTER TABLE "receipt" ADD COLUMN "invoice_number" text;--> statement-breakpoint
ALTER TABLE "receipt" ADD COLUMN "voided_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "receipt" ADD COLUMN "void_reason" text;--> statement-breakpoint
ALTER TABLE "tariff" ADD COLUMN "decision_id" text;--> statement-breakpoint
ALTER TABLE "tariff" ADD COLUMN "service" text NOT NULL DEFAULT 'space';--> statement-breakpoint
ALTER TABLE "tariff" ADD COLUMN "unit" text NOT NULL DEFAULT 'm2_month';--> statement-breakpoint
ALTER TABLE "tariff" ADD COLUMN "zone_id" text;--> statement-breakpoint
ALTER TABLE "tariff" ADD COLUMN "stall_kind" text;--> statement-breakpoint
ALTER TABLE "tariff" ADD COLUMN "rate_percent" numeric(7, 4);--> statement-breakpoint
ALTER TABLE "tariff" ADD COLUMN "percent_of" text[];--> statement-breakpoint
ALTER TABLE "tariff" ADD COLUMN "vat_included" boolean NOT NULL DEFAULT true;--> statement-breakpoint
ALTER TABLE "tariff" ADD COLUMN "pass_through" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "tariff" ADD COLUMN "while_paused" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "tariff" ADD COLUMN "created_by" text;--> statement-breakpoint
ALTER TABLE "tariff" ADD COLUMN "created_at" timestamp with time zone NOT NULL DEFAULT now();--> statement-breakpoint
INSERT INTO tariff_decision (market_id, id, number, issued_on, issuer, title, created_at)
SELECT market_id, 'dec_' || substr(md5(market_id || decision || decided_on::text), 1, 20), decision, decided_on,
  'chưa ghi', decision, now()
FROM tariff GROUP BY market_id, decision, decided_on;--> statement-breakpoint
UPDATE tariff SET decision_id = 'dec_' || substr(md5(market_id || decision || decided_on::text), 1, 20);--> statement-breakpoint
ALTER TABLE tariff ALTER COLUMN decision_id SET NOT NULL, ALTER COLUMN service DROP DEFAULT, ALTER COLUMN unit DROP DEFAULT,
  ALTER COLUMN vat_included DROP DEFAULT, ALTER COLUMN created_at DROP DEFAULT;--> statement-breakpoint
ALTER TABLE "stall" ADD COLUMN "kind" text DEFAULT 'stall' NOT NULL;--> statement-breakpoint
ALTER TABLE "stall" ADD COLUMN "row_label" text;--> statement-breakpoint
ALTER TABLE "stall" ADD COLUMN "lot" integer;--> statement-breakpoint
ALTER TABLE "charge_change" ADD CONSTRAINT "charge_change_market_id_charge_id_charge_market_id_id_fk" FOREIGN KEY ("market_id","charge_id") REFERENCES "public"."charge"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "charge_draft" ADD CONSTRAINT "charge_draft_market_id_round_id_billing_round_market_id_id_fk" FOREIGN KEY ("market_id","round_id") REFERENCES "public"."billing_round"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "charge_draft" ADD CONSTRAINT "charge_draft_market_id_stall_id_stall_market_id_id_fk" FOREIGN KEY ("market_id","stall_id") REFERENCES "public"."stall"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "book" ADD CONSTRAINT "book_market_id_collector_id_app_user_market_id_id_fk" FOREIGN KEY ("market_id","collector_id") REFERENCES "public"."app_user"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "book" ADD CONSTRAINT "book_market_id_tariff_id_tariff_market_id_id_fk" FOREIGN KEY ("market_id","tariff_id") REFERENCES "public"."tariff"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "book_page" ADD CONSTRAINT "book_page_market_id_book_id_book_market_id_id_fk" FOREIGN KEY ("market_id","book_id") REFERENCES "public"."book"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "collection" ADD CONSTRAINT "collection_market_id_stall_id_stall_market_id_id_fk" FOREIGN KEY ("market_id","stall_id") REFERENCES "public"."stall"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "collection" ADD CONSTRAINT "collection_market_id_collector_id_app_user_market_id_id_fk" FOREIGN KEY ("market_id","collector_id") REFERENCES "public"."app_user"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "collection" ADD CONSTRAINT "collection_market_id_book_id_page_book_page_market_id_book_id_page_fk" FOREIGN KEY ("market_id","book_id","page") REFERENCES "public"."book_page"("market_id","book_id","page") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "collection" ADD CONSTRAINT "collection_market_id_handover_id_handover_market_id_id_fk" FOREIGN KEY ("market_id","handover_id") REFERENCES "public"."handover"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "day_ticket" ADD CONSTRAINT "day_ticket_market_id_book_id_page_book_page_market_id_book_id_page_fk" FOREIGN KEY ("market_id","book_id","page") REFERENCES "public"."book_page"("market_id","book_id","page") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "day_ticket" ADD CONSTRAINT "day_ticket_market_id_tariff_id_tariff_market_id_id_fk" FOREIGN KEY ("market_id","tariff_id") REFERENCES "public"."tariff"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "day_ticket" ADD CONSTRAINT "day_ticket_market_id_collector_id_app_user_market_id_id_fk" FOREIGN KEY ("market_id","collector_id") REFERENCES "public"."app_user"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "day_ticket" ADD CONSTRAINT "day_ticket_market_id_zone_id_zone_market_id_id_fk" FOREIGN KEY ("market_id","zone_id") REFERENCES "public"."zone"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "day_ticket" ADD CONSTRAINT "day_ticket_market_id_bank_transaction_id_bank_transaction_market_id_id_fk" FOREIGN KEY ("market_id","bank_transaction_id") REFERENCES "public"."bank_transaction"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "day_ticket" ADD CONSTRAINT "day_ticket_market_id_handover_id_handover_market_id_id_fk" FOREIGN KEY ("market_id","handover_id") REFERENCES "public"."handover"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "visit" ADD CONSTRAINT "visit_market_id_stall_id_stall_market_id_id_fk" FOREIGN KEY ("market_id","stall_id") REFERENCES "public"."stall"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "visit" ADD CONSTRAINT "visit_market_id_collector_id_app_user_market_id_id_fk" FOREIGN KEY ("market_id","collector_id") REFERENCES "public"."app_user"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "contract" ADD CONSTRAINT "contract_market_id_stall_id_stall_market_id_id_fk" FOREIGN KEY ("market_id","stall_id") REFERENCES "public"."stall"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "contract" ADD CONSTRAINT "contract_market_id_stallholder_id_stallholder_market_id_id_fk" FOREIGN KEY ("market_id","stallholder_id") REFERENCES "public"."stallholder"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "contract" ADD CONSTRAINT "contract_market_id_seller_id_stallholder_market_id_id_fk" FOREIGN KEY ("market_id","seller_id") REFERENCES "public"."stallholder"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "contract_pause" ADD CONSTRAINT "contract_pause_market_id_contract_id_contract_market_id_id_fk" FOREIGN KEY ("market_id","contract_id") REFERENCES "public"."contract"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "dispute" ADD CONSTRAINT "dispute_market_id_charge_id_charge_market_id_id_fk" FOREIGN KEY ("market_id","charge_id") REFERENCES "public"."charge"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "dispute" ADD CONSTRAINT "dispute_market_id_stall_id_stall_market_id_id_fk" FOREIGN KEY ("market_id","stall_id") REFERENCES "public"."stall"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "handover" ADD CONSTRAINT "handover_market_id_collector_id_app_user_market_id_id_fk" FOREIGN KEY ("market_id","collector_id") REFERENCES "public"."app_user"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "handover" ADD CONSTRAINT "handover_market_id_cashier_id_app_user_market_id_id_fk" FOREIGN KEY ("market_id","cashier_id") REFERENCES "public"."app_user"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "meter" ADD CONSTRAINT "meter_market_id_stall_id_stall_market_id_id_fk" FOREIGN KEY ("market_id","stall_id") REFERENCES "public"."stall"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "meter_reading" ADD CONSTRAINT "meter_reading_market_id_meter_id_meter_market_id_id_fk" FOREIGN KEY ("market_id","meter_id") REFERENCES "public"."meter"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notice" ADD CONSTRAINT "notice_market_id_stall_id_stall_market_id_id_fk" FOREIGN KEY ("market_id","stall_id") REFERENCES "public"."stall"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "push_subscription" ADD CONSTRAINT "push_subscription_market_id_user_id_app_user_market_id_id_fk" FOREIGN KEY ("market_id","user_id") REFERENCES "public"."app_user"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "settlement" ADD CONSTRAINT "settlement_market_id_charge_id_charge_market_id_id_fk" FOREIGN KEY ("market_id","charge_id") REFERENCES "public"."charge"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "settlement" ADD CONSTRAINT "settlement_market_id_credit_id_stall_credit_market_id_id_fk" FOREIGN KEY ("market_id","credit_id") REFERENCES "public"."stall_credit"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "stall_credit" ADD CONSTRAINT "stall_credit_market_id_stall_id_stall_market_id_id_fk" FOREIGN KEY ("market_id","stall_id") REFERENCES "public"."stall"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tariff_tier" ADD CONSTRAINT "tariff_tier_market_id_tariff_id_tariff_market_id_id_fk" FOREIGN KEY ("market_id","tariff_id") REFERENCES "public"."tariff"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "charge_change_charge_idx" ON "charge_change" USING btree ("market_id","charge_id");--> statement-breakpoint
CREATE INDEX "charge_change_open_idx" ON "charge_change" USING btree ("market_id","id") WHERE "charge_change"."status" = 'proposed';--> statement-breakpoint
CREATE INDEX "book_collector_idx" ON "book" USING btree ("market_id","collector_id");--> statement-breakpoint
CREATE INDEX "collection_day_idx" ON "collection" USING btree ("market_id","day","collector_id");--> statement-breakpoint
CREATE INDEX "collection_stall_idx" ON "collection" USING btree ("market_id","stall_id","taken_at");--> statement-breakpoint
CREATE INDEX "day_ticket_day_idx" ON "day_ticket" USING btree ("market_id","day","collector_id");--> statement-breakpoint
CREATE INDEX "visit_stall_idx" ON "visit" USING btree ("market_id","stall_id","visited_at");--> statement-breakpoint
CREATE INDEX "contract_stall_idx" ON "contract" USING btree ("market_id","stall_id","starts_on");--> statement-breakpoint
CREATE UNIQUE INDEX "dispute_open_key" ON "dispute" USING btree ("market_id","charge_id") WHERE "dispute"."answered_at" is null;--> statement-breakpoint
CREATE INDEX "dispute_stall_idx" ON "dispute" USING btree ("market_id","stall_id","opened_at");--> statement-breakpoint
CREATE INDEX "handover_collector_idx" ON "handover" USING btree ("market_id","collector_id","day");--> statement-breakpoint
CREATE INDEX "meter_stall_idx" ON "meter" USING btree ("market_id","stall_id");--> statement-breakpoint
CREATE INDEX "notice_due_idx" ON "notice" USING btree ("market_id","due_at") WHERE "notice"."sent_at" is null and "notice"."dropped_at" is null;--> statement-breakpoint
CREATE INDEX "notice_stall_idx" ON "notice" USING btree ("market_id","stall_id","created_at");--> statement-breakpoint
CREATE INDEX "settlement_charge_idx" ON "settlement" USING btree ("market_id","charge_id");--> statement-breakpoint
CREATE INDEX "settlement_payment_idx" ON "settlement" USING btree ("market_id","payment_id");--> statement-breakpoint
CREATE INDEX "settlement_collection_idx" ON "settlement" USING btree ("market_id","collection_id");--> statement-breakpoint
CREATE INDEX "stall_credit_stall_idx" ON "stall_credit" USING btree ("market_id","stall_id","created_at");--> statement-breakpoint
ALTER TABLE "charge" ADD CONSTRAINT "charge_market_id_contract_id_contract_market_id_id_fk" FOREIGN KEY ("market_id","contract_id") REFERENCES "public"."contract"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "receipt" ADD CONSTRAINT "receipt_market_id_stall_id_stall_market_id_id_fk" FOREIGN KEY ("market_id","stall_id") REFERENCES "public"."stall"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tariff" ADD CONSTRAINT "tariff_market_id_decision_id_tariff_decision_market_id_id_fk" FOREIGN KEY ("market_id","decision_id") REFERENCES "public"."tariff_decision"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tariff" ADD CONSTRAINT "tariff_market_id_zone_id_zone_market_id_id_fk" FOREIGN KEY ("market_id","zone_id") REFERENCES "public"."zone"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "charge_owed_idx" ON "charge" USING btree ("market_id","stall_id","due_on") WHERE "charge"."outstanding_vnd" > 0;--> statement-breakpoint
CREATE INDEX "receipt_stall_idx" ON "receipt" USING btree ("market_id","stall_id","paid_at");--> statement-breakpoint
ALTER TABLE "tariff" DROP COLUMN "decision";--> statement-breakpoint
ALTER TABLE "tariff" DROP COLUMN "decided_on";--> statement-breakpoint
ALTER TABLE "receipt" ADD CONSTRAINT "receipt_collection_key" UNIQUE("market_id","collection_id");--> statement-breakpoint
ALTER TABLE "receipt" ADD CONSTRAINT "receipt_ticket_key" UNIQUE("market_id","ticket_id");--> statement-breakpoint
ALTER TABLE "tariff" ADD CONSTRAINT "tariff_scope_key" UNIQUE NULLS NOT DISTINCT("market_id","service","name","unit","position_grade","zone_id","stall_kind","effective_from");--> statement-breakpoint
ALTER TABLE "stall" ADD CONSTRAINT "stall_lot_key" UNIQUE("market_id","row_label","lot");--> statement-breakpoint
ALTER TABLE "billing_round" ADD CONSTRAINT "billing_round_status" CHECK ("billing_round"."status" in ('preparing', 'proposed', 'issuing', 'issued', 'closed'));--> statement-breakpoint
ALTER TABLE "billing_round" ADD CONSTRAINT "billing_round_closed" CHECK (("billing_round"."status" = 'closed') = ("billing_round"."closed_at" is not null));--> statement-breakpoint
ALTER TABLE "billing_round" ADD CONSTRAINT "billing_round_proposed" CHECK (("billing_round"."status" = 'preparing') = ("billing_round"."approval_id" is null));--> statement-breakpoint
ALTER TABLE "billing_round" ADD CONSTRAINT "billing_round_issued" CHECK (("billing_round"."status" in ('issued', 'closed')) = ("billing_round"."issued_at" is not null));--> statement-breakpoint
ALTER TABLE "charge" ADD CONSTRAINT "charge_changed" CHECK ("charge"."relieved_vnd" >= 0 and "charge"."written_off_vnd" >= 0 and "charge"."arrears_vnd" >= 0 and "charge"."total_vnd" + "charge"."adjusted_vnd" - "charge"."relieved_vnd" - "charge"."written_off_vnd" >= 0);--> statement-breakpoint
ALTER TABLE "charge_line" ADD CONSTRAINT "charge_line_sum" CHECK ("charge_line"."amount_vnd" = "charge_line"."net_vnd" + "charge_line"."vat_vnd" and "charge_line"."net_vnd" >= 0 and "charge_line"."vat_vnd" >= 0);--> statement-breakpoint
ALTER TABLE "receipt" ADD CONSTRAINT "receipt_for" CHECK (num_nonnulls("receipt"."payment_id", "receipt"."collection_id", "receipt"."ticket_id") >= 1);--> statement-breakpoint
ALTER TABLE "receipt" ADD CONSTRAINT "receipt_void" CHECK (("receipt"."voided_at" is null) = ("receipt"."void_reason" is null));--> statement-breakpoint
ALTER TABLE "tariff" ADD CONSTRAINT "tariff_service" CHECK ("tariff"."service" in ('space', 'cleaning', 'security', 'fire', 'electricity', 'water', 'parking', 'loading', 'storage', 'advertising', 'day_ticket', 'other'));--> statement-breakpoint
ALTER TABLE "tariff" ADD CONSTRAINT "tariff_unit" CHECK ("tariff"."unit" in ('m2_month', 'm2_day', 'stall_month', 'stall_day', 'kwh', 'm3', 'ticket', 'percent'));--> statement-breakpoint
ALTER TABLE "tariff" ADD CONSTRAINT "tariff_percent" CHECK (("tariff"."unit" = 'percent') = ("tariff"."rate_percent" is not null) and ("tariff"."unit" = 'percent') = ("tariff"."percent_of" is not null) and "tariff"."rate_percent" > 0 and ("tariff"."unit" <> 'percent' or "tariff"."unit_price_vnd" is null));--> statement-breakpoint
ALTER TABLE "tariff" ADD CONSTRAINT "tariff_price" CHECK (("tariff"."unit_price_vnd" is null) = ("tariff"."ceiling_vnd" is null));--> statement-breakpoint
ALTER TABLE "tariff" ADD CONSTRAINT "tariff_metered" CHECK (("tariff"."unit" in ('kwh', 'm3')) = ("tariff"."service" in ('electricity', 'water')) or "tariff"."unit" not in ('kwh', 'm3'));--> statement-breakpoint
ALTER TABLE "tariff" ADD CONSTRAINT "tariff_days" CHECK ("tariff"."effective_to" is null or "tariff"."effective_to" >= "tariff"."effective_from");--> statement-breakpoint
ALTER TABLE "payment" ADD CONSTRAINT "payment_purpose" CHECK ("payment"."purpose" in ('sale', 'charge', 'deposit'));--> statement-breakpoint
ALTER TABLE "payment_code" ADD CONSTRAINT "payment_code_kind" CHECK ("payment_code"."kind" in ('stall', 'request', 'charge', 'debt', 'deposit', 'ticket'));--> statement-breakpoint
ALTER TABLE "stall" ADD CONSTRAINT "stall_kind" CHECK ("stall"."kind" in ('stall', 'counter', 'kiosk', 'pitch'));--> statement-breakpoint
ALTER TABLE "stall" ADD CONSTRAINT "stall_status" CHECK ("stall"."status" in ('active', 'disputed', 'closing', 'removed'));--> statement-breakpoint
ALTER TABLE "stall" ADD CONSTRAINT "stall_lot" CHECK (("stall"."row_label" is null) = ("stall"."lot" is null) and ("stall"."lot" is null or "stall"."lot" > 0));--> statement-breakpoint
UPDATE receipt SET stall_id = c.stall_id FROM charge c WHERE c.market_id = receipt.market_id AND c.id = receipt.charge_id;--> statement-breakpoint

-- A stall in use was billed without anybody saying who has it. Its own log-in, or else its name, says who.
INSERT INTO stallholder (market_id, id, name, created_at)
SELECT s.market_id, 'shd_' || substr(s.id, 5), coalesce(u.name, s.name), m.created_at
FROM stall s JOIN market m USING (market_id)
LEFT JOIN LATERAL (
  SELECT name FROM app_user u WHERE u.market_id = s.market_id AND u.stall_id = s.id AND u.role = 'stallholder' ORDER BY u.id LIMIT 1
) u ON true
WHERE s.status = 'active';--> statement-breakpoint
INSERT INTO contract (market_id, id, number, stall_id, stallholder_id, kind, starts_on, created_at)
SELECT s.market_id, 'ctr_' || substr(s.id, 5), 'HĐ-' || s.code, s.id, 'shd_' || substr(s.id, 5), 'use',
  least((m.created_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date, coalesce(r.first_day, 'infinity')), m.created_at
FROM stall s JOIN market m USING (market_id)
LEFT JOIN (SELECT market_id, min(period || '-01')::date AS first_day FROM billing_round GROUP BY market_id) r USING (market_id)
WHERE s.status = 'active';--> statement-breakpoint
UPDATE charge SET contract_id = c.id FROM contract c WHERE c.market_id = charge.market_id AND c.stall_id = charge.stall_id;--> statement-breakpoint

ALTER TABLE contract ADD CONSTRAINT contract_one_at_a_time
  EXCLUDE USING gist (market_id WITH =, stall_id WITH =, daterange(starts_on, ended_on, '[]') WITH &&);--> statement-breakpoint
ALTER TABLE contract_pause ADD CONSTRAINT contract_pause_one_at_a_time
  EXCLUDE USING gist (market_id WITH =, contract_id WITH =, daterange(from_day, to_day, '[]') WITH &&);--> statement-breakpoint

ALTER TABLE tariff FORCE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE charge FORCE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE charge_line FORCE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE receipt FORCE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE stall FORCE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE app_user FORCE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE market FORCE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE billing_round FORCE ROW LEVEL SECURITY;--> statement-breakpoint

DO $$
DECLARE
  tenant_table text;
BEGIN
  FOREACH tenant_table IN ARRAY ARRAY[
    'stallholder', 'contract', 'contract_pause', 'tariff_decision', 'tariff_tier', 'vat_rate', 'meter', 'meter_reading',
    'charge_policy', 'charge_draft', 'charge_change', 'stall_credit', 'settlement', 'book_counter', 'book', 'book_page',
    'collection', 'day_ticket', 'visit', 'handover', 'dispute', 'notice', 'push_subscription']
  LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', tenant_table);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', tenant_table);
    EXECUTE format('CREATE POLICY market ON %I USING (market_id = nullif(current_setting(''app.market_id'', true), ''''))
                    WITH CHECK (market_id = nullif(current_setting(''app.market_id'', true), ''''))', tenant_table);
    EXECUTE format('REVOKE ALL ON %I FROM PUBLIC', tenant_table);
    EXECUTE format('GRANT SELECT ON %I TO tv_api, tv_worker', tenant_table);
  END LOOP;
END
$$;--> statement-breakpoint
-- Addresses of browsers are for whoever sends to them.
REVOKE SELECT ON push_subscription FROM tv_api;--> statement-breakpoint
GRANT SELECT (market_id, id, user_id, endpoint_hash, created_at), INSERT, DELETE ON push_subscription TO tv_api;--> statement-breakpoint
GRANT DELETE ON push_subscription TO tv_worker;--> statement-breakpoint

GRANT INSERT ON zone, stall, stall_zone, stallholder, contract, contract_pause, tariff_decision, tariff, tariff_tier, vat_rate,
  meter, meter_reading, charge_policy, charge_draft, charge_change, stall_credit, settlement, book_counter, book, book_page,
  collection, day_ticket, visit, handover, dispute, notice TO tv_api;--> statement-breakpoint
GRANT UPDATE (name, position) ON zone TO tv_api;--> statement-breakpoint
GRANT UPDATE (name, zone_id, area_m2, position_grade, kind, row_label, lot, status) ON stall TO tv_api;--> statement-breakpoint
GRANT UPDATE (name, registered_name, phone, email) ON stallholder TO tv_api;--> statement-breakpoint
GRANT UPDATE (seller_id, ends_on, ended_on, end_reason) ON contract TO tv_api;--> statement-breakpoint
GRANT UPDATE (to_day) ON contract_pause TO tv_api;--> statement-breakpoint
-- A price that was ever in force is evidence: a new one is a new row, and the old one only ends.
GRANT UPDATE (effective_to) ON tariff, vat_rate TO tv_api;--> statement-breakpoint
GRANT UPDATE (removed_on) ON meter TO tv_api;--> statement-breakpoint
GRANT UPDATE (new_value, read_on, read_by, anomaly, confirmed_by, confirmed_note) ON meter_reading TO tv_api;--> statement-breakpoint
GRANT UPDATE (settle_order, due_day, quiet_from_hour, quiet_to_hour, anomaly_ratio) ON charge_policy TO tv_api;--> statement-breakpoint
GRANT UPDATE (approval_id, prepared_by, due_on, closed_at) ON billing_round TO tv_api;--> statement-breakpoint
GRANT DELETE ON charge_draft TO tv_api;--> statement-breakpoint
GRANT UPDATE (adjusted_vnd, relieved_vnd, written_off_vnd) ON charge TO tv_api;--> statement-breakpoint
GRANT UPDATE (status, decided_at, ledger_seq) ON charge_change TO tv_api;--> statement-breakpoint
GRANT UPDATE (used_vnd) ON stall_credit TO tv_api;--> statement-breakpoint
GRANT UPDATE (invoice_number, voided_at, void_reason) ON receipt TO tv_api;--> statement-breakpoint
GRANT UPDATE (last_number) ON book_counter TO tv_api;--> statement-breakpoint
GRANT UPDATE (closed_at) ON book TO tv_api;--> statement-breakpoint
GRANT UPDATE (used_at, void_reason) ON book_page TO tv_api;--> statement-breakpoint
GRANT UPDATE (handover_id, undone_at, undone_reason) ON collection TO tv_api;--> statement-breakpoint
GRANT UPDATE (handover_id) ON day_ticket TO tv_api;--> statement-breakpoint
GRANT UPDATE (cashier_id, cashier_counts, cashier_vnd, cashier_signed_at, note, ledger_seq) ON handover TO tv_api;--> statement-breakpoint
GRANT UPDATE (outcome, answer, answered_by, answered_at) ON dispute TO tv_api;--> statement-breakpoint
GRANT UPDATE (read_at, dropped_at, drop_reason) ON notice TO tv_api;--> statement-breakpoint

-- The worker settles what the bank said, goes on issuing a round that a crash cut short, and sends what is to be told.
GRANT INSERT ON charge, charge_line, payment_code, stall_credit, settlement, notice TO tv_worker;--> statement-breakpoint
GRANT SELECT ON charge_line, approval, app_user TO tv_worker;--> statement-breakpoint
GRANT UPDATE (status, issued_at) ON billing_round TO tv_worker;--> statement-breakpoint
GRANT UPDATE (used_vnd) ON stall_credit TO tv_worker;--> statement-breakpoint
GRANT UPDATE (bank_transaction_id, ledger_seq) ON day_ticket TO tv_worker;--> statement-breakpoint
GRANT UPDATE (sent_at, attempts, last_error, dropped_at, drop_reason) ON notice TO tv_worker;
