/** Orders that were published in the primary region, where nothing carries them out: answered, so that nobody waits. */
import type { Notice } from "../../shared/conditions/wording.ts";
import type { MisplacedOrder } from "../../shared/events/announce-events.ts";
import { putEventsCommand } from "../../shared/put-events-command.ts";
import type { Settings } from "../../shared/settings/schema.ts";

/** Says where an order belongs, with the command that puts it there. */
export function wordMisplaced(
  { event, id, time, detail }: MisplacedOrder,
  { primary, dr }: Settings["regions"],
  bus: string,
): Notice {
  return {
    kind: "declaration-refused",
    subject: `${event} was refused: publish it in ${dr}`,
    message: [
      `The event ${id} of ${time.toISOString()} was published in ${primary}. Nothing was done: orders are carried out by the DR region, ${dr}, alone.`,
      "",
      "The right command:",
      putEventsCommand(event, detail, { region: dr, bus }),
    ].join("\n"),
    instances: [],
  };
}
