import { describe, expect, test } from "vitest";
import { isReminderRun } from "../../handlers/prune-copies/decide-reminder.ts";

describe("the reminder of the day", () => {
  test.each([
    ["is due in the run at 09:00", "2026-03-01T09:00:00Z", 60, true],
    ["is due in the first run after 09:00", "2026-03-01T09:59:59.999Z", 60, true],
    ["is not due an hour later", "2026-03-01T10:00:00Z", 60, false],
    ["is not due before", "2026-03-01T08:59:59.999Z", 60, false],
    ["is due once with runs six hours apart", "2026-03-01T14:17:00Z", 360, true],
    ["is not due in the run before, six hours apart", "2026-03-01T08:17:00Z", 360, false],
  ])("%s", (_, at, everyMinutes, due) => {
    expect(isReminderRun(new Date(at), everyMinutes, new Date(at))).toBe(due);
  });

  test.each([
    ["still comes of a run that is 20 minutes late", "2026-03-01T09:37:00.000Z", true],
    ["does not come again of a run that is tried again", "2026-03-01T09:37:00.001Z", false],
  ])("%s", (_, now, due) => {
    expect(isReminderRun(new Date("2026-03-01T09:17:00Z"), 60, new Date(now))).toBe(due);
  });
});
