-- The suspense desk: what each part of some money became, proposed, done and undone; and money that goes back, which only the
-- bank's word closes.
CREATE TABLE "refund" (
	"market_id" text NOT NULL,
	"id" text NOT NULL,
	"payment_id" text,
	"credit_id" text,
	"resolution_id" text,
	"account_id" text NOT NULL,
	"amount_vnd" bigint NOT NULL,
	"occurred_at" timestamp with time zone NOT NULL,
	"status" text NOT NULL,
	"code" text,
	"to_whom" text,
	"reason" text,
	"decided_by" text,
	"decided_at" timestamp with time zone,
	"named_transaction_id" text,
	"named_by" text,
	"paid_by" text,
	"paid_at" timestamp with time zone,
	"ledger_seq" bigint,
	CONSTRAINT "refund_market_id_id_pk" PRIMARY KEY("market_id","id"),
	CONSTRAINT "refund_payment_key" UNIQUE("market_id","payment_id"),
	CONSTRAINT "refund_resolution_key" UNIQUE("market_id","resolution_id"),
	CONSTRAINT "refund_code_key" UNIQUE("market_id","code"),
	CONSTRAINT "refund_paid_by_key" UNIQUE("market_id","paid_by"),
	CONSTRAINT "refund_amount" CHECK ("refund"."amount_vnd" > 0),
	CONSTRAINT "refund_of" CHECK (num_nonnulls("refund"."payment_id", "refund"."resolution_id") = 1 and ("refund"."payment_id" is null) = ("refund"."credit_id" is null)),
	CONSTRAINT "refund_status" CHECK ("refund"."status" in ('offered', 'due', 'paid', 'cancelled')),
	CONSTRAINT "refund_offered" CHECK ("refund"."status" <> 'offered' or "refund"."payment_id" is not null),
	CONSTRAINT "refund_decided" CHECK ("refund"."status" not in ('due', 'paid') or num_nonnulls("refund"."code", "refund"."to_whom", "refund"."reason", "refund"."decided_by", "refund"."decided_at") = 5),
	CONSTRAINT "refund_named" CHECK (("refund"."named_transaction_id" is null) = ("refund"."named_by" is null)),
	CONSTRAINT "refund_paid" CHECK (num_nonnulls("refund"."paid_by", "refund"."paid_at", "refund"."ledger_seq") = case "refund"."status" when 'paid' then 3 else 0 end)
);
--> statement-breakpoint
CREATE TABLE "suspense_part" (
	"market_id" text NOT NULL,
	"suspense_id" text NOT NULL,
	"resolution_id" text NOT NULL,
	"line" integer NOT NULL,
	"previous_line" integer,
	"before_vnd" bigint NOT NULL,
	"amount_vnd" bigint NOT NULL,
	"after_vnd" bigint NOT NULL,
	"becomes" text NOT NULL,
	"posted" boolean NOT NULL,
	"stall_id" text,
	"payment_id" text,
	"refund_id" text,
	"ledger_seq" bigint,
	CONSTRAINT "suspense_part_market_id_resolution_id_line_pk" PRIMARY KEY("market_id","resolution_id","line"),
	CONSTRAINT "suspense_part_end_key" UNIQUE("market_id","suspense_id","resolution_id","line","after_vnd","posted"),
	CONSTRAINT "suspense_part_txn_key" UNIQUE("market_id","ledger_seq"),
	CONSTRAINT "suspense_part_payment_key" UNIQUE("market_id","payment_id"),
	CONSTRAINT "suspense_part_refund_key" UNIQUE("market_id","refund_id"),
	CONSTRAINT "suspense_part_sum" CHECK ("suspense_part"."amount_vnd" > 0 and "suspense_part"."after_vnd" = "suspense_part"."before_vnd" + "suspense_part"."amount_vnd"),
	CONSTRAINT "suspense_part_first" CHECK (case "suspense_part"."line" when 1 then "suspense_part"."previous_line" is null and "suspense_part"."before_vnd" = 0 else "suspense_part"."previous_line" is not null and "suspense_part"."previous_line" = "suspense_part"."line" - 1 end),
	CONSTRAINT "suspense_part_becomes" CHECK ("suspense_part"."becomes" in ('charge', 'debt', 'not_ours', 'return')),
	CONSTRAINT "suspense_part_posted" CHECK (("suspense_part"."ledger_seq" is not null) = ("suspense_part"."posted" and "suspense_part"."becomes" <> 'return') and ("suspense_part"."posted" or "suspense_part"."becomes" = 'not_ours')),
	CONSTRAINT "suspense_part_returned" CHECK (("suspense_part"."becomes" = 'return') = ("suspense_part"."refund_id" is not null)),
	CONSTRAINT "suspense_part_paid" CHECK (("suspense_part"."becomes" in ('charge', 'debt')) = ("suspense_part"."payment_id" is not null) and ("suspense_part"."payment_id" is null) = ("suspense_part"."stall_id" is null))
);
--> statement-breakpoint
CREATE TABLE "suspense_policy" (
	"market_id" text NOT NULL,
	"valid_from" date NOT NULL,
	"two_people_from_vnd" bigint NOT NULL,
	CONSTRAINT "suspense_policy_market_id_valid_from_pk" PRIMARY KEY("market_id","valid_from"),
	CONSTRAINT "suspense_policy_sum" CHECK ("suspense_policy"."two_people_from_vnd" > 0)
);
--> statement-breakpoint
CREATE TABLE "suspense_resolution" (
	"market_id" text NOT NULL,
	"id" text NOT NULL,
	"suspense_id" text NOT NULL,
	"parts" jsonb NOT NULL,
	"reason" text NOT NULL,
	"status" text NOT NULL,
	"resolved_by" text NOT NULL,
	"resolved_at" timestamp with time zone NOT NULL,
	"approval_id" text,
	"undone_by" text,
	"undone_reason" text,
	"undone_at" timestamp with time zone,
	CONSTRAINT "suspense_resolution_market_id_id_pk" PRIMARY KEY("market_id","id"),
	CONSTRAINT "suspense_resolution_status" CHECK ("suspense_resolution"."status" in ('proposed', 'refused', 'done', 'undone')),
	CONSTRAINT "suspense_resolution_two_people" CHECK ("suspense_resolution"."status" not in ('proposed', 'refused') or "suspense_resolution"."approval_id" is not null),
	CONSTRAINT "suspense_resolution_undone" CHECK (num_nonnulls("suspense_resolution"."undone_by", "suspense_resolution"."undone_reason", "suspense_resolution"."undone_at") = case "suspense_resolution"."status" when 'undone' then 3 else 0 end)
);
--> statement-breakpoint
ALTER TABLE "payment" DROP CONSTRAINT "payment_transaction_key";--> statement-breakpoint
ALTER TABLE "payment" ADD COLUMN "undone_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "suspense" ADD COLUMN "resolution_id" text;--> statement-breakpoint
ALTER TABLE "suspense" ADD COLUMN "last_line" integer;--> statement-breakpoint
ALTER TABLE "stall_credit" ADD COLUMN "held_vnd" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "refund" ADD CONSTRAINT "refund_market_id_payment_id_payment_market_id_id_fk" FOREIGN KEY ("market_id","payment_id") REFERENCES "public"."payment"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "refund" ADD CONSTRAINT "refund_market_id_credit_id_stall_credit_market_id_id_fk" FOREIGN KEY ("market_id","credit_id") REFERENCES "public"."stall_credit"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "refund" ADD CONSTRAINT "refund_account_fk" FOREIGN KEY ("market_id","account_id") REFERENCES "public"."receiving_account"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "refund" ADD CONSTRAINT "refund_named_fk" FOREIGN KEY ("market_id","named_transaction_id") REFERENCES "public"."bank_transaction"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "refund" ADD CONSTRAINT "refund_paid_by_fk" FOREIGN KEY ("market_id","paid_by") REFERENCES "public"."bank_transaction"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "suspense_part" ADD CONSTRAINT "suspense_part_chain_fk" FOREIGN KEY ("market_id","suspense_id","resolution_id","previous_line","before_vnd","posted") REFERENCES "public"."suspense_part"("market_id","suspense_id","resolution_id","line","after_vnd","posted") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "suspense_part" ADD CONSTRAINT "suspense_part_resolution_fk" FOREIGN KEY ("market_id","resolution_id") REFERENCES "public"."suspense_resolution"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "suspense_part" ADD CONSTRAINT "suspense_part_market_id_payment_id_payment_market_id_id_fk" FOREIGN KEY ("market_id","payment_id") REFERENCES "public"."payment"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "suspense_part" ADD CONSTRAINT "suspense_part_market_id_refund_id_refund_market_id_id_fk" FOREIGN KEY ("market_id","refund_id") REFERENCES "public"."refund"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "suspense_resolution" ADD CONSTRAINT "suspense_resolution_market_id_approval_id_approval_market_id_id_fk" FOREIGN KEY ("market_id","approval_id") REFERENCES "public"."approval"("market_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "refund_status_idx" ON "refund" USING btree ("market_id","status","occurred_at","id");--> statement-breakpoint
CREATE UNIQUE INDEX "refund_named_key" ON "refund" USING btree ("market_id","named_transaction_id") WHERE "refund"."status" = 'due';--> statement-breakpoint
CREATE INDEX "suspense_resolution_suspense_idx" ON "suspense_resolution" USING btree ("market_id","suspense_id");--> statement-breakpoint
CREATE UNIQUE INDEX "suspense_resolution_standing_key" ON "suspense_resolution" USING btree ("market_id","suspense_id") WHERE "suspense_resolution"."status" in ('proposed', 'done');--> statement-breakpoint
CREATE UNIQUE INDEX "payment_transaction_key" ON "payment" USING btree ("market_id","bank_transaction_id") WHERE "payment"."matched_by" <> 'person';--> statement-breakpoint
CREATE INDEX "payment_bank_transaction_idx" ON "payment" USING btree ("market_id","bank_transaction_id");--> statement-breakpoint
ALTER TABLE "payment" ADD CONSTRAINT "payment_undone" CHECK ("payment"."undone_at" is null or "payment"."matched_by" = 'person');--> statement-breakpoint
ALTER TABLE "stall_credit" ADD CONSTRAINT "stall_credit_held" CHECK ("stall_credit"."held_vnd" between 0 and "stall_credit"."amount_vnd" - "stall_credit"."used_vnd");--> statement-breakpoint

-- Nothing leaves suspense without a posting: an item is resolved by the last part of a chain that ends at its own sum, and a
-- part of money that the books hold has a txn, or a refund that has one once it is paid. Keys, and no trigger: Citus has none.
ALTER TABLE "suspense_part" ADD CONSTRAINT "suspense_part_txn_fk" FOREIGN KEY ("market_id","ledger_seq") REFERENCES "public"."ledger_txn"("market_id","seq");--> statement-breakpoint
ALTER TABLE "suspense" ADD CONSTRAINT "suspense_parts_fk" FOREIGN KEY ("market_id","id","resolution_id","last_line","amount_vnd","posted") REFERENCES "public"."suspense_part"("market_id","suspense_id","resolution_id","line","after_vnd","posted");--> statement-breakpoint
ALTER TABLE "refund" ADD CONSTRAINT "refund_resolution_fk" FOREIGN KEY ("market_id","resolution_id") REFERENCES "public"."suspense_resolution"("market_id","id");--> statement-breakpoint
ALTER TABLE "refund" ADD CONSTRAINT "refund_txn_fk" FOREIGN KEY ("market_id","ledger_seq") REFERENCES "public"."ledger_txn"("market_id","seq");--> statement-breakpoint

DO $$
DECLARE
  tenant_table text;
BEGIN
  FOREACH tenant_table IN ARRAY ARRAY['suspense_policy', 'suspense_resolution', 'suspense_part', 'refund']
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

GRANT INSERT ON suspense_resolution, suspense_part, refund TO tv_api;--> statement-breakpoint
GRANT UPDATE (status, undone_by, undone_reason, undone_at) ON suspense_resolution TO tv_api;--> statement-breakpoint
GRANT UPDATE (resolution_id, last_line) ON suspense TO tv_api;--> statement-breakpoint
-- A refund's transfer that a person named is no longer money out that nobody can name.
GRANT UPDATE (status, resolution, resolved_by, resolved_at, resolution_id, last_line) ON suspense TO tv_worker;--> statement-breakpoint
GRANT UPDATE (undone_at) ON payment TO tv_api;--> statement-breakpoint
GRANT UPDATE (held_vnd) ON stall_credit TO tv_api, tv_worker;--> statement-breakpoint
GRANT UPDATE (amount_vnd, status, code, to_whom, reason, decided_by, decided_at, named_transaction_id, named_by) ON refund TO tv_api;--> statement-breakpoint
GRANT INSERT ON refund, suspense_resolution, suspense_part TO tv_worker;--> statement-breakpoint
GRANT UPDATE (status, paid_by, paid_at, ledger_seq) ON refund TO tv_worker;--> statement-breakpoint

-- That money left is the bank's word (a paid refund stays one: its columns of the bank are not the office's to change), and
-- only what a person made out of suspense can be undone by one.
CREATE POLICY not_paid_insert ON refund AS RESTRICTIVE FOR INSERT TO tv_api WITH CHECK (status <> 'paid');--> statement-breakpoint
CREATE POLICY not_paid_update ON refund AS RESTRICTIVE FOR UPDATE TO tv_api USING (true) WITH CHECK (status <> 'paid');--> statement-breakpoint
CREATE POLICY person_undo ON payment AS RESTRICTIVE FOR UPDATE TO tv_api USING (matched_by = 'person') WITH CHECK (matched_by = 'person');--> statement-breakpoint

-- What older releases resolved, market by market, since the owner sees no row outside one. Money of the books that was said not
-- to be ours never left their suspense account: it is open again, and asks what it became.
DO $$
DECLARE
  entered text;
BEGIN
  FOR entered IN SELECT market_id FROM feed_lane
  LOOP
    PERFORM set_config('app.market_id', entered, true);
    UPDATE suspense SET status = 'open', resolution = NULL, resolved_by = NULL, resolved_reason = NULL, resolved_at = NULL
    WHERE market_id = entered AND status = 'resolved' AND posted AND resolution = 'not_ours';
    INSERT INTO suspense_resolution (market_id, id, suspense_id, parts, reason, status, resolved_by, resolved_at)
    SELECT entered, 'rsl_' || substr(s.id, 5), s.id,
      jsonb_build_array(jsonb_strip_nulls(jsonb_build_object('as', s.resolution, 'chargeId', p.charge_id, 'amountVnd', s.amount_vnd))),
      coalesce(s.resolved_reason, ''), 'done', coalesce(s.resolved_by, ''), coalesce(s.resolved_at, s.occurred_at)
    FROM suspense AS s
    LEFT JOIN payment AS p ON p.market_id = entered AND p.bank_transaction_id = s.bank_transaction_id AND p.matched_by = 'person'
    WHERE s.market_id = entered AND s.status = 'resolved';
    INSERT INTO suspense_part (market_id, suspense_id, resolution_id, line, before_vnd, amount_vnd, after_vnd, becomes, posted,
      stall_id, payment_id, ledger_seq)
    SELECT entered, s.id, 'rsl_' || substr(s.id, 5), 1, 0, s.amount_vnd, s.amount_vnd, s.resolution, s.posted,
      p.stall_id, p.id, x.seq
    FROM suspense AS s
    LEFT JOIN payment AS p ON p.market_id = entered AND p.bank_transaction_id = s.bank_transaction_id AND p.matched_by = 'person'
    LEFT JOIN ledger_txn AS x ON x.market_id = entered AND x.idem_key = 'suspense-out:' || s.id
    WHERE s.market_id = entered AND s.status = 'resolved';
    UPDATE suspense SET resolution_id = 'rsl_' || substr(id, 5), last_line = 1
    WHERE market_id = entered AND status = 'resolved';
  END LOOP;
  PERFORM set_config('app.market_id', '', true);
END
$$;--> statement-breakpoint

ALTER TABLE "suspense" ADD CONSTRAINT "suspense_resolved" CHECK (num_nonnulls("suspense"."resolution_id", "suspense"."last_line") = case "suspense"."status" when 'resolved' then 2 else 0 end);
