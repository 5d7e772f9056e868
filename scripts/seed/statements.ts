import { boardAccounts } from '@tienve/ledger'

// What the demo must have come to, asked of the rows themselves: these share nothing with the statements of the service.

/** How many charges of a month were paid in each way. */
export const WAYS = `
  with made as (select c.* from charge c join billing_round b on b.market_id = c.market_id and b.id = c.round_id
    where c.market_id = $1 and b.period = $2)
  select count(*) filter (where outstanding_vnd = 0 and exists (select from settlement s
      where s.market_id = made.market_id and s.charge_id = made.id and s.payment_id is not null)) as bank,
    count(*) filter (where outstanding_vnd = 0 and exists (select from settlement s
      where s.market_id = made.market_id and s.charge_id = made.id and s.collection_id is not null)) as cash,
    count(*) filter (where paid_vnd > 0 and outstanding_vnd > 0) as part,
    count(*) filter (where exists (select from settlement s join stall_credit k on k.market_id = s.market_id
      and k.source_id in (s.payment_id, s.collection_id)
      where s.market_id = made.market_id and s.charge_id = made.id)) as over,
    count(*) filter (where paid_vnd = 0 and outstanding_vnd > 0) as none
  from made`

/** What a month was billed, and what of it stands in the ledger under which account. */
export const BILLED = `
  with made as (select c.* from charge c join billing_round b on b.market_id = c.market_id and b.id = c.round_id
    where c.market_id = $1 and b.period = $2),
  line as (select l.* from charge_line l where l.market_id = $1 and l.charge_id in (select id from made)),
  leg as (select t.* from ledger_txn x join ledger_transfer t on t.market_id = x.market_id and t.seq = x.seq
    where x.market_id = $1 and x.kind = 'charge_issued' and x.source_id in (select id from made)
      and t.debit_account like 'board:131.%')
  select (select sum(total_vnd) from made)::bigint as total, (select sum(outstanding_vnd) from made)::bigint as owed,
    (select sum(amount_vnd) from line)::bigint as lines,
    (select sum(net_vnd) from line where not pass_through)::bigint as net,
    (select sum(vat_vnd) from line)::bigint as vat,
    (select sum(net_vnd) from line where pass_through)::bigint as passed,
    (select sum(amount_vnd) from leg)::bigint as posted_total,
    (select sum(amount_vnd) from leg where credit_account = '${boardAccounts.revenue}')::bigint as posted_net,
    (select sum(amount_vnd) from leg where credit_account = '${boardAccounts.vat}')::bigint as posted_vat,
    (select sum(amount_vnd) from leg where credit_account = '${boardAccounts.utility}')::bigint as posted_passed`

export const OWED_BY_STALL = `
  select '${boardAccounts.receivable('')}' || stall_id as id, sum(outstanding_vnd)::bigint as vnd
  from charge where market_id = $1 and outstanding_vnd > 0 group by stall_id`

export const OWED_BY_DUE_DAY = `
  select due_on::text as id, sum(outstanding_vnd)::bigint as vnd from charge
  where market_id = $1 and outstanding_vnd > 0 group by due_on`

/** What is owed and where the board's money is, from the rows beside the ledger. */
export const MONEY = `
  select (select sum(outstanding_vnd) from charge where market_id = $1)::bigint as owed,
    (select sum(amount_vnd - used_vnd) from stall_credit where market_id = $1)::bigint as ahead,
    (select sum(case direction when 'in' then amount_vnd else -amount_vnd end) from bank_transaction t
      join receiving_account a on a.market_id = t.market_id and a.id = t.account_id and a.stall_id is null
      where t.market_id = $1)::bigint as banked,
    (select sum(amount_vnd) from suspense where market_id = $1 and posted and resolved_at is null)::bigint as unplaced,
    (select sum(cashier_vnd) from handover where market_id = $1 and cashier_id is not null)::bigint as handed,
    (select sum(expected_vnd) from handover where market_id = $1 and cashier_id is not null)::bigint as expected,
    (select sum(amount_vnd) from collection where market_id = $1 and undone_at is null)::bigint
      + (select coalesce(sum(price_vnd), 0) from day_ticket where market_id = $1 and paid_by = 'cash')::bigint as cash,
    (select sum(amount_vnd) from collection where market_id = $1 and undone_at is null)::bigint as collected,
    (select sum(amount_vnd) from payment where market_id = $1 and purpose = 'charge')::bigint as paid,
    (select sum(amount_vnd) from stall_credit where market_id = $1 and source_kind <> 'change')::bigint as credited,
    (select sum(amount_vnd) from settlement where market_id = $1 and credit_id is null)::bigint as settled,
    (select count(*) from charge c where market_id = $1 and paid_vnd <> (select coalesce(sum(amount_vnd), 0)
      from settlement s where s.market_id = c.market_id and s.charge_id = c.id))::bigint as unlike`

/** What came in a month: by bank for charges, in cash, and for day tickets in cash. */
export const CAME = `
  select (select coalesce(sum(amount_vnd), 0) from payment where market_id = $1 and purpose = 'charge' and to_char(day, 'YYYY-MM') = $2)::bigint as paid,
    (select coalesce(sum(amount_vnd), 0) from collection where market_id = $1 and to_char(day, 'YYYY-MM') = $2)::bigint as cash,
    (select coalesce(sum(price_vnd), 0) from day_ticket
      where market_id = $1 and paid_by = 'cash' and to_char(day, 'YYYY-MM') = $2)::bigint as tickets`

const ZONE_OF_CHARGE = `(select w.zone_id from stall_zone w where w.market_id = c.market_id and w.stall_id = c.stall_id
  and w.from_day <= (c.issued_at at time zone 'Asia/Ho_Chi_Minh')::date order by w.from_day desc limit 1)`

/** What a month was billed by zone, what was changed of it since, and what is owed of it still. */
export const BILLED_BY_ZONE = `
  select z.name as id, sum(n.net)::bigint as net, sum(n.vat)::bigint as vat, sum(n.passed)::bigint as passed,
    sum(c.total_vnd)::bigint as total, sum(c.adjusted_vnd - c.relieved_vnd - c.written_off_vnd)::bigint as changed,
    sum((select coalesce(sum(s.amount_vnd), 0) from settlement s where s.market_id = c.market_id and s.charge_id = c.id))::bigint
      as settled,
    sum(c.outstanding_vnd)::bigint as owed
  from charge c join billing_round b on b.market_id = c.market_id and b.id = c.round_id
  join zone z on z.market_id = c.market_id and z.id = ${ZONE_OF_CHARGE}
  cross join lateral (select sum(case when l.pass_through then 0 else l.net_vnd end) as net, sum(l.vat_vnd) as vat,
    sum(case when l.pass_through then l.net_vnd else 0 end) as passed
    from charge_line l where l.market_id = c.market_id and l.charge_id = c.id) n
  where c.market_id = $1 and b.period = $2 group by z.name`

/** What a month was billed by zone and service. */
export const BILLED_BY_SERVICE = `
  select z.name || ' ' || l.service as id, count(*) as charges, sum(l.amount_vnd)::bigint as total, sum(l.vat_vnd)::bigint as vat
  from charge_line l join charge c on c.market_id = l.market_id and c.id = l.charge_id
  join billing_round b on b.market_id = c.market_id and b.id = c.round_id
  join zone z on z.market_id = c.market_id and z.id = ${ZONE_OF_CHARGE}
  where c.market_id = $1 and b.period = $2 group by z.name, l.service`

/** What each stall that paid charges by bank in a month sent, from what the bank showed. */
export const SENT_BY_STALL = `
  select s.code as id, sum(t.amount_vnd)::bigint as paid, count(*) as payments
  from bank_transaction t join payment p on p.market_id = t.market_id and p.bank_transaction_id = t.id
  join stall s on s.market_id = p.market_id and s.id = p.stall_id
  where t.market_id = $1 and p.purpose = 'charge'
    and to_char(t.occurred_at at time zone 'Asia/Ho_Chi_Minh', 'YYYY-MM') = $2
  group by s.code`

/** What the board took in a month by bank, from what the bank showed, and in cash, from receipts that stand and tickets. */
export const TAKEN = `
  select (select coalesce(sum(t.amount_vnd), 0) from bank_transaction t
      join payment p on p.market_id = t.market_id and p.bank_transaction_id = t.id
      where t.market_id = $1 and p.purpose = 'charge'
        and to_char(t.occurred_at at time zone 'Asia/Ho_Chi_Minh', 'YYYY-MM') = $2)::bigint as charge_bank,
    (select coalesce(sum(amount_vnd), 0) from collection
      where market_id = $1 and undone_at is null and to_char(day, 'YYYY-MM') = $2)::bigint as charge_cash,
    (select coalesce(sum(t.amount_vnd), 0) from bank_transaction t
      join day_ticket d on d.market_id = t.market_id and d.bank_transaction_id = t.id
      where t.market_id = $1 and to_char(d.day, 'YYYY-MM') = $2)::bigint as ticket_bank,
    (select coalesce(sum(price_vnd), 0) from day_ticket
      where market_id = $1 and paid_by = 'cash' and to_char(day, 'YYYY-MM') = $2)::bigint as ticket_cash`

/** Days on which cash moved, from the receipts, tickets and hand-overs: only which day it was booked on is the ledger's word. */
const CASH_MOVES = `
  select c.collector_id as by, x.business_day as day, c.amount_vnd as came, 0::bigint as went, 0::bigint as put
  from collection c join ledger_txn x on x.market_id = c.market_id and x.seq = c.ledger_seq where c.market_id = $1
  union all
  select d.collector_id, x.business_day, d.price_vnd, 0, 0
  from day_ticket d join ledger_txn x on x.market_id = d.market_id and x.seq = d.ledger_seq
  where d.market_id = $1 and d.paid_by = 'cash'
  union all
  select h.collector_id, x.business_day, 0, h.expected_vnd, h.cashier_vnd
  from handover h join ledger_txn x on x.market_id = h.market_id and x.seq = h.ledger_seq where h.market_id = $1`

/** By till and day (`board:111 2026-11-03`), what came and went. */
export const CASH_BY_DAY = `
  with moves as (${CASH_MOVES})
  select '${boardAccounts.collected('')}' || by || ' ' || day as id, sum(came)::bigint as came, sum(went)::bigint as went
  from moves group by by, day
  union all
  select '${boardAccounts.cash} ' || day, sum(put)::bigint, 0 from moves where put > 0 group by day`

/** Places by zone on a day: under contract, paused by notice, and vacant. */
export const PLACES = `
  with place as (
    select z.name, k.id as contract, exists (select from contract_pause p where p.market_id = $1 and p.contract_id = k.id
      and daterange(p.from_day, p.to_day, '[]') @> $2::date) as paused
    from zone z join stall s on s.market_id = z.market_id and s.zone_id = z.id and s.status <> 'removed'
    left join contract k on k.market_id = s.market_id and k.stall_id = s.id
      and daterange(k.starts_on, k.ended_on, '[]') @> $2::date
    where z.market_id = $1)
  select name as id, count(*) as places, count(contract) - count(*) filter (where paused) as held,
    count(*) filter (where paused) as paused, count(*) - count(contract) as vacant
  from place group by name`

/** Contracts that nobody ended and that were to end by 60 days after a day, by number, with what was deposited. */
export const ENDING = `
  select number as id, deposit_vnd as deposit, (ends_on < $2::date)::integer as past from contract
  where market_id = $1 and starts_on <= $2::date and ends_on <= $2::date + 60 and (ended_on is null or ended_on > $2::date)`

/** Readings of a month that looked odd, by meter: what was used, in hundredths, and whether somebody confirmed it. */
export const ODD = `
  select m.serial as id, ((r.new_value - r.old_value) * 100)::bigint as used, (r.confirmed_by is not null)::integer as confirmed
  from meter m join meter_reading r on r.market_id = m.market_id and r.meter_id = m.id
  where m.market_id = $1 and r.period = $2 and r.anomaly is not null`
