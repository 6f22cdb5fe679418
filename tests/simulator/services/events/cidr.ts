/** IP addresses as event patterns compare them: as numbers of 32 or 128 bits. */
export interface Address {
  readonly bits: 32 | 128;
  readonly value: bigint;
}

/** Reads an IPv4 or IPv6 literal; anything else is undefined. */
export function parseAddress(text: string): Address | undefined {
  if (/^\d{1,3}(\.\d{1,3}){3}$/.test(text)) {
    const bytes = text.split(".").map(Number);
    if (bytes.some((byte) => byte > 255)) {
      return undefined;
    }
    return { bits: 32, value: bytes.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n) };
  }
  return /^[0-9a-fA-F:]*:[0-9a-fA-F:]*$/.test(text) ? parseV6(text) : undefined;
}

function parseV6(text: string): Address | undefined {
  const halves = text.split("::");
  if (halves.length > 2) {
    return undefined;
  }
  const groups = (half: string | undefined) => (half === undefined || half === "" ? [] : half.split(":"));
  const head = groups(halves[0]);
  const tail = groups(halves[1]);
  const gap = 8 - head.length - tail.length;
  if (halves.length === 2 ? gap < 1 : gap !== 0) {
    return undefined;
  }
  const all = [...head, ...Array.from({ length: halves.length === 2 ? gap : 0 }, () => "0"), ...tail];
  if (all.some((group) => !/^[0-9a-fA-F]{1,4}$/.test(group))) {
    return undefined;
  }
  return { bits: 128, value: all.reduce((sum, group) => sum * 0x10000n + BigInt(`0x${group}`), 0n) };
}

/** A block of addresses, both ends included. */
export interface Block {
  readonly bits: 32 | 128;
  readonly from: bigint;
  readonly to: bigint;
}

/** Reads `10.0.0.0/24`; the text of the refusal when it is none. */
export function parseBlock(text: string): Block | string {
  const [literal, mask, ...rest] = text.split("/");
  if (literal === undefined || mask === undefined || rest.length > 0) {
    return "Malformed CIDR, one '/' required";
  }
  if (!/^\d+$/.test(mask)) {
    return mask.startsWith("-")
      ? "Malformed CIDR, mask bits must not be negative"
      : "Malformed CIDR, mask bits must be an integer";
  }
  const address = parseAddress(literal);
  if (address === undefined) {
    return `Nonstandard IP address: ${literal}`;
  }
  const { bits, value } = address;
  if (Number(mask) >= bits) {
    return bits === 32 ? "IPv4 mask bits must be < 32" : "IPv6 mask bits must be < 128";
  }
  // From the network address, whichever of its addresses is written: CIDR.java of github.com/aws/event-ruler.
  const hosts = (1n << BigInt(bits - Number(mask))) - 1n;
  return { bits, from: value & ~hosts, to: value | hosts };
}

/** Whether the text is an address of the block. */
export function inBlock(block: Block, text: string): boolean {
  const address = parseAddress(text);
  return (
    address !== undefined &&
    address.bits === block.bits &&
    address.value >= block.from &&
    address.value <= block.to
  );
}
