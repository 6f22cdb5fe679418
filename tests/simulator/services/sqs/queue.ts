import type { Clock, Timer } from "../../types.ts";
import type { QueueSettings } from "./attributes.ts";
import { Deduplication } from "./deduplication.ts";
import type { Draft, MessageAttribute } from "./messages.ts";

/** A message in a queue. */
export interface Message {
  readonly id: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, MessageAttribute>>;
  readonly groupId: string | undefined;
  readonly deduplicationId: string | undefined;
  readonly traceHeader: string | undefined;
  readonly senderId: string;
  readonly sequence: number;
  readonly deadLetterOf: string | undefined;
  sentAt: number;
  /** Delayed or in flight until then. */
  visibleAt: number;
  inFlight: boolean;
  receiveCount: number;
  firstReceivedAt: number;
  timer: Timer | undefined;
}

/** What a queue needs of its surroundings. */
export interface QueueHost {
  readonly clock: Clock;
  newMessageId(): string;
  /** The queue's contents or the visibility of a message changed. */
  changed(): void;
  /** A message has been received too often. */
  exhausted(message: Message): void;
  /** A message outlived the retention period. */
  expired(message: Message): void;
}

/** SQS quota: messages in flight of one queue. */
export const IN_FLIGHT_MAX = 120_000;

/** The state of one queue: what is visible, delayed or in flight, and in which order. */
export class Queue {
  readonly settings: QueueSettings;
  readonly arn: string;
  readonly createdAt: number;
  lastPurgedAt = Number.NEGATIVE_INFINITY;
  inFlight = 0;
  readonly #host: QueueHost;
  readonly #messages = new Map<string, Message>();
  readonly #deduplication: Deduplication;
  readonly #listeners: (() => void)[] = [];
  #sequence = 0;
  #nextExpiry = Number.POSITIVE_INFINITY;
  #waking = false;

  constructor(settings: QueueSettings, arn: string, host: QueueHost) {
    this.settings = settings;
    this.arn = arn;
    this.#host = host;
    this.createdAt = host.clock.now();
    this.#deduplication = new Deduplication(settings);
  }

  /** The messages of the queue, oldest first. */
  messages(): readonly Message[] {
    this.#expire();
    return [...this.#messages.values()];
  }

  onVisible(wake: () => void): void {
    this.#listeners.push(wake);
    this.#wake();
  }

  /** Adds a message, unless a FIFO queue has seen its deduplication id within five minutes. */
  send(draft: Draft, senderId: string): { id: string; sequence: number } {
    const now = this.#host.clock.now();
    const earlier = this.#deduplication.find(draft, now);
    if (earlier !== undefined) {
      return earlier;
    }
    const id = this.#host.newMessageId();
    const message = this.#add({ ...draft, id, senderId, deadLetterOf: undefined }, now, draft.delaySeconds);
    this.#deduplication.remember(draft, { id, sequence: message.sequence, at: now });
    return message;
  }

  /** Takes over a message that another queue gave up on. A standard queue keeps the time it was sent. */
  adopt(message: Message, from: string): void {
    const sentAt = this.settings.fifo ? this.#host.clock.now() : message.sentAt;
    this.#add({ ...message, deadLetterOf: from }, sentAt, 0);
  }

  /** Hands out up to `max` visible messages, hidden from others for a while. */
  receive(max: number, visibilitySeconds = this.settings.visibilitySeconds): Message[] {
    this.#expire();
    const now = this.#host.clock.now();
    const taken: Message[] = [];
    const blocked = new Set<string>();
    for (const message of this.#messages.values()) {
      if (taken.length >= max || this.inFlight >= IN_FLIGHT_MAX) {
        break;
      }
      const group = this.settings.fifo ? message.groupId : undefined;
      if (group !== undefined && blocked.has(group)) {
        continue;
      }
      if (message.inFlight || message.visibleAt > now) {
        if (group !== undefined) {
          blocked.add(group);
        }
        continue;
      }
      if (
        this.settings.redrive !== undefined &&
        message.receiveCount >= this.settings.redrive.receiveCountMax
      ) {
        this.#drop(message);
        this.#host.exhausted(message);
        continue;
      }
      message.receiveCount += 1;
      if (message.receiveCount === 1) {
        message.firstReceivedAt = now;
      }
      this.#hide(message, visibilitySeconds);
      taken.push(message);
    }
    if (taken.length > 0) {
      this.#host.changed();
    }
    return taken;
  }

  find(id: string): Message | undefined {
    return this.#messages.get(id);
  }

  /** Deletes a message that has been dealt with. */
  remove(message: Message): void {
    this.#drop(message);
    if (this.settings.fifo) {
      this.#wake();
    }
    this.#host.changed();
  }

  /** Changes when a message in flight is seen again; zero seconds is at once. */
  setVisibility(message: Message, seconds: number): void {
    this.#hide(message, seconds);
    this.#host.changed();
  }

  purge(): void {
    for (const message of this.#messages.values()) {
      this.#drop(message);
    }
    this.lastPurgedAt = this.#host.clock.now();
    this.#host.changed();
  }

  /** How many messages are visible, delayed and in flight. */
  counts(): { visible: number; delayed: number; inFlight: number } {
    this.#expire();
    const now = this.#host.clock.now();
    let delayed = 0;
    for (const message of this.#messages.values()) {
      delayed += !message.inFlight && message.visibleAt > now ? 1 : 0;
    }
    const { inFlight } = this;
    return { visible: this.#messages.size - delayed - inFlight, delayed, inFlight };
  }

  /** The age of the oldest message that is not deleted, delayed ones left out. */
  oldestAgeSeconds(): number {
    this.#expire();
    const now = this.#host.clock.now();
    let oldest = now;
    for (const message of this.#messages.values()) {
      if (message.inFlight || message.visibleAt <= now) {
        oldest = Math.min(oldest, message.sentAt);
      }
    }
    return Math.floor((now - oldest) / 1000);
  }

  #add(
    given: Pick<
      Message,
      | "id"
      | "body"
      | "attributes"
      | "groupId"
      | "deduplicationId"
      | "traceHeader"
      | "senderId"
      | "deadLetterOf"
    >,
    sentAt: number,
    delaySeconds: number,
  ): Message {
    const now = this.#host.clock.now();
    const message: Message = {
      ...{ id: given.id, body: given.body, attributes: given.attributes, groupId: given.groupId },
      ...{ deduplicationId: given.deduplicationId, traceHeader: given.traceHeader, senderId: given.senderId },
      ...{
        deadLetterOf: given.deadLetterOf,
        sequence: ++this.#sequence,
        sentAt,
        visibleAt: now,
        inFlight: false,
      },
      ...{ receiveCount: 0, firstReceivedAt: 0, timer: undefined },
    };
    this.#messages.set(message.id, message);
    this.#nextExpiry = Math.min(this.#nextExpiry, sentAt + this.settings.retentionSeconds * 1000);
    if (delaySeconds > 0) {
      this.#showAfter(message, delaySeconds);
    } else {
      this.#wake();
    }
    this.#host.changed();
    return message;
  }

  #hide(message: Message, seconds: number): void {
    message.timer?.cancel();
    if (!message.inFlight) {
      message.inFlight = true;
      this.inFlight += 1;
    }
    if (seconds > 0) {
      this.#showAfter(message, seconds);
    } else {
      this.#show(message);
    }
  }

  #showAfter(message: Message, seconds: number): void {
    message.visibleAt = this.#host.clock.now() + seconds * 1000;
    message.timer = this.#host.clock.at(message.visibleAt, `${this.settings.name} visible`, () =>
      this.#show(message),
    );
  }

  #show(message: Message): void {
    message.visibleAt = Math.min(message.visibleAt, this.#host.clock.now());
    message.timer = undefined;
    if (message.inFlight) {
      message.inFlight = false;
      this.inFlight -= 1;
    }
    this.#host.changed();
    this.#wake();
  }

  #drop(message: Message): void {
    message.timer?.cancel();
    message.timer = undefined;
    if (message.inFlight) {
      message.inFlight = false;
      this.inFlight -= 1;
    }
    this.#messages.delete(message.id);
  }

  /** Tells the listeners once, in a timer of its own, so that no caller is re-entered. */
  #wake(): void {
    if (this.#waking || this.#listeners.length === 0) {
      return;
    }
    this.#waking = true;
    this.#host.clock.after(0, `${this.settings.name} wakes`, () => {
      this.#waking = false;
      for (const listener of this.#listeners) {
        listener();
      }
    });
  }

  #expire(): void {
    const now = this.#host.clock.now();
    if (now < this.#nextExpiry) {
      return;
    }
    const retention = this.settings.retentionSeconds * 1000;
    this.#nextExpiry = Number.POSITIVE_INFINITY;
    for (const message of this.#messages.values()) {
      if (message.sentAt + retention <= now) {
        this.#drop(message);
        this.#host.expired(message);
      } else {
        this.#nextExpiry = Math.min(this.#nextExpiry, message.sentAt + retention);
      }
    }
  }
}
