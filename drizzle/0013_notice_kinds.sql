-- Kinds that nothing ever told of: a promise is tracked on the board's screen, and a payment is heard at the stall at once.
ALTER TABLE "notice" DROP CONSTRAINT "notice_kind";--> statement-breakpoint
ALTER TABLE "notice" ADD CONSTRAINT "notice_kind" CHECK ("notice"."kind" in ('charge_issued', 'reminder', 'overdue', 'changed', 'dispute_answered'));
