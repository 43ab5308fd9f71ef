/** IPv4 networks, as far as the simulated clouds reckon with them. */

/** A network of 2^(32-bits) addresses from `first` on. */
export interface Network {
  /** First address, as a number. */
  first: number;
  /** Length of the prefix, 0 to 32. */
  bits: number;
}

const FORM = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/;

/** Number of addresses of a network. */
export function size({ bits }: Network): number {
  return 2 ** (32 - bits);
}

/**
 * The network that a text such as `10.0.0.0/16` names; undefined for a text of another form, and for one whose address
 * is not the first of its network, such as `10.0.0.1/16`.
 */
export function network(text: unknown): Network | undefined {
  const parts = typeof text === "string" ? FORM.exec(text)?.slice(1).map(Number) : undefined;
  const bits = parts?.pop();
  if (parts === undefined || bits === undefined || bits > 32 || parts.some((part) => part > 255)) return undefined;
  const found = { first: parts.reduce((sum, part) => sum * 256 + part, 0), bits };
  return found.first % size(found) === 0 ? found : undefined;
}

/** Whether every address of `inner` is one of `outer`. */
export function contains(outer: Network, inner: Network): boolean {
  return inner.first >= outer.first && inner.first + size(inner) <= outer.first + size(outer);
}

/** Whether two networks share an address. */
export function overlap(one: Network, other: Network): boolean {
  return contains(one, other) || contains(other, one);
}

/** An address such as `10.0.0.4`, from its number. */
export function address(value: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join(".");
}
