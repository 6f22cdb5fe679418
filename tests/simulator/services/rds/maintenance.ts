import { type InstanceRecord, isPresent, type RdsState } from "./state.ts";
import { maintenanceWindow } from "./windows.ts";

const minute = 60_000;
const day = 24 * 60 * minute;
const lookAgainMilliseconds = 10 * minute;

/** Runs work on an instance in its next maintenance window in which it is available, once. */
export function waitForWindow(
  state: RdsState,
  record: InstanceRecord,
  work: (state: RdsState, record: InstanceRecord) => void,
): void {
  const { clock } = state.world;
  const { from, to } = nextWindow(clock.now(), record.shape.PreferredMaintenanceWindow);
  const what = `maintenance window of ${record.shape.DBInstanceIdentifier}`;
  const look = () => {
    if (!isPresent(state, record)) return;
    if (record.shape.DBInstanceStatus === "available") work(state, record);
    else if (clock.now() + lookAgainMilliseconds < to) {
      record.window = clock.after(lookAgainMilliseconds, what, look);
    } else waitForWindow(state, record, work);
  };
  record.window?.cancel();
  record.window = clock.at(from, what, look);
}

/** The window after an instant; UTC, `sun:04:00-sun:04:30`. */
function nextWindow(now: number, text = "sun:04:00-sun:04:30"): { from: number; to: number } {
  const window = maintenanceWindow(text);
  if (window === undefined) throw new Error(`${text} is no maintenance window`);
  const sunday = Math.floor(now / day) * day - new Date(now).getUTCDay() * day;
  const thisWeek = sunday + window.from * minute;
  const from = thisWeek > now ? thisWeek : thisWeek + 7 * day;
  return { from, to: from + window.minutes * minute };
}
