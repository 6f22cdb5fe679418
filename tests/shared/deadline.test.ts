import { describe, expect, test } from "vitest";
import { boundBy } from "../../shared/survey/deadline.ts";

class Client {
  calls = 0;
  async send(what: string): Promise<string> {
    this.calls += 1;
    return what;
  }
}

const at = (time: string) => ({ now: () => new Date(time) });
const deadline = new Date("2026-03-01T02:00:30Z");

describe("a client bound by a deadline", () => {
  test("calls up to the deadline, inclusive", async () => {
    const bound = boundBy(new Client(), deadline, at("2026-03-01T02:00:30Z"));
    await expect(bound.send("listed")).resolves.toBe("listed");
  });

  test("refuses every call after it as a timeout, and begins none", async () => {
    const client = new Client();
    const bound = boundBy(client, deadline, at("2026-03-01T02:00:30.001Z"));
    await expect(bound.send("listed")).rejects.toMatchObject({ name: "TimeoutError" });
    expect(client.calls).toBe(0);
  });

  test("is an instance of the client's class, as paginators demand", () => {
    expect(boundBy(new Client(), deadline, at("2026-03-01T02:00:00Z"))).toBeInstanceOf(Client);
  });

  test("leaves the client itself unbounded for the messages after it", async () => {
    const client = new Client();
    boundBy(client, deadline, at("2026-03-01T03:00:00Z"));
    await expect(client.send("listed")).resolves.toBe("listed");
  });
});
