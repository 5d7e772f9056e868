-- One thing has one price, and one rate of VAT, on every day: a new one begins after the one before has ended.
ALTER TABLE tariff ADD CONSTRAINT tariff_one_at_a_time EXCLUDE USING gist (
  market_id WITH =, service WITH =, name WITH =, unit WITH =, (coalesce(position_grade, 0)) WITH =, (coalesce(zone_id, '')) WITH =,
  (coalesce(stall_kind, '')) WITH =, daterange(effective_from, effective_to, '[]') WITH &&);--> statement-breakpoint
ALTER TABLE vat_rate ADD CONSTRAINT vat_rate_one_at_a_time EXCLUDE USING gist (
  market_id WITH =, (coalesce(service, '')) WITH =, daterange(effective_from, effective_to, '[]') WITH &&);
