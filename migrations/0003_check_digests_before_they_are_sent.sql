ALTER TABLE "outbox" ADD COLUMN "digest_pairs" integer;
