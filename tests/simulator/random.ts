/**
 * Keyed randomness: every draw is a function of the seed and its key, never of the draws before it, so that
 * switching one draw off leaves all the others in place.
 */

/** 53 bits of the key, well mixed (cyrb53), as a number in [0, 1). */
export function keyedNumber(seed: number, key: readonly (string | number)[]): number {
  const [high, low] = hash(text(seed, key), 0);
  return ((high & 0x1fffff) * 0x1_0000_0000 + low) / 0x20_0000_0000_0000;
}

/** A version 4 UUID of the key. */
export function keyedUuid(seed: number, key: readonly (string | number)[]): string {
  const hex = keyedHex(seed, key, 32);
  const variant = ((Number.parseInt(hex[16] ?? "0", 16) & 0x3) | 0x8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    variant + hex.slice(17, 20),
    hex.slice(20),
  ].join("-");
}

/** As many hexadecimal digits of the key as wanted. */
export function keyedHex(seed: number, key: readonly (string | number)[], digits: number): string {
  const source = text(seed, key);
  let hex = "";
  for (let salt = 1; hex.length < digits; salt += 1) {
    const [high, low] = hash(source, salt);
    hex += digitsOf(high) + digitsOf(low);
  }
  return hex.slice(0, digits);
}

/** The two digits of each byte: written one by one, numbers beyond 31 bits take four times as long. */
const BYTES = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** The eight digits of 32 bits. */
function digitsOf(bits: number): string {
  const byte = (shift: number): string => BYTES[(bits >>> shift) & 0xff] ?? "";
  return byte(24) + byte(16) + byte(8) + byte(0);
}

function text(seed: number, key: readonly (string | number)[]): string {
  return `${seed}\u0000${key.join("\u0000")}`;
}

function hash(source: string, salt: number): [number, number] {
  let h1 = 0xdeadbeef ^ salt;
  let h2 = 0x41c6ce57 ^ salt;
  for (let index = 0; index < source.length; index += 1) {
    const code = source.charCodeAt(index);
    h1 = Math.imul(h1 ^ code, 2654435761);
    h2 = Math.imul(h2 ^ code, 1597334677);
  }
  h1 = Math.imul(h1 ^ (h1 >>> 16), 2246822507) ^ Math.imul(h2 ^ (h2 >>> 13), 3266489909);
  h2 = Math.imul(h2 ^ (h2 >>> 16), 2246822507) ^ Math.imul(h1 ^ (h1 >>> 13), 3266489909);
  return [h2 >>> 0, h1 >>> 0];
}
