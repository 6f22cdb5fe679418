/** Where the right command puts its event. */
export interface Destination {
  readonly region: string;
  readonly bus: string;
}

/** `aws events put-events` for an operator's event, to be pasted into a shell as it is. */
export function putEventsCommand(
  detailType: string,
  detail: Readonly<Record<string, unknown>>,
  { region, bus }: Destination,
): string {
  const Detail = JSON.stringify(detail);
  const entry = { EventBusName: bus, Source: "operator", DetailType: detailType, Detail };
  const quoted = JSON.stringify([entry]).replaceAll("'", `'\\''`);
  return `aws events put-events --region ${region} --entries '${quoted}'`;
}
