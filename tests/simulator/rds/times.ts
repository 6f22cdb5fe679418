/** Where and when the tests of RDS and KMS play. */
export const account = "111122223333";
export const primary = "us-east-1";
export const dr = "us-west-2";
export const start = Date.parse("2026-03-01T02:00:00Z");
export const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;
