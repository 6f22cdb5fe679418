import * as z from "zod/mini";
import en from "zod/v4/locales/en.js";

// zod/mini without a locale says only "Invalid input".
z.config(en());

/** The `source` of every event that rds-dr itself puts on a bus. */
export const ownSource = "rds-dr";

/** An ISO-8601 instant with its zone, for `Date.parse` alone takes "5" for the year 2001; becomes a Date. */
export const Instant = z.pipe(
  z.iso.datetime({ offset: true, error: "not an ISO-8601 instant" }),
  z.transform((text: string) => new Date(text)),
);

/** An RDS DB instance identifier: 1-63 letters, digits and hyphens, a letter first; RDS stores lower case. */
export const InstanceId = z.string().check(
  z.regex(/^(?!.*--)[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/, {
    error: "not an RDS instance identifier (lower case letters, digits, hyphens)",
  }),
);

/** How long a step has been waiting, carried in its own message from look to look. */
export const Wait = z.object({ since: Instant, deadline: z.optional(Instant), looks: z.number() });
export type Wait = z.infer<typeof Wait>;

/** The body of every message: what happened (`event`), its id and time, and the event's detail. */
export function envelope<const Name extends string, Detail extends z.ZodMiniType>(
  event: Name,
  detail: Detail,
) {
  return z.object({
    event: z.literal(event),
    id: z.string(),
    time: Instant,
    source: z.optional(z.string()),
    detail,
    wait: z.optional(Wait),
  });
}
