-- Journeys that are there get one by chance: it has to be secret and to stay, and no key is known here.
ALTER TABLE "journeys" ADD COLUMN "shift_s" integer NOT NULL DEFAULT floor(random() * 259201)::integer - 129600;--> statement-breakpoint
ALTER TABLE "journeys" ALTER COLUMN "shift_s" DROP DEFAULT;
