import { SpecError } from "../core/errors.ts";

export interface SubnetPlan {
  zone: string;
  /** An eighth of the network: pods have addresses of their own. */
  privateCidr: string;
  /** A sixty-fourth of the network, for NAT and load balancers. */
  publicCidr: string;
}

/** A network in eighths: four for private subnets, the last one cut into eight again for public ones. */
const PRIVATE_BITS = 3;
const PUBLIC_BITS = 6;
const FIRST_PUBLIC = 56;

/** @throws SpecError `NetworkSize` unless the network is a /16 to /20 that begins at its own address. */
export function planSubnets(cidr: string, zones: readonly string[]): SubnetPlan[] {
  const [address = "", bits = ""] = cidr.split("/");
  const octets = address.split(".").map(Number);
  const prefix = Number(bits);
  const start = octets.reduce((sum, octet) => sum * 256 + octet, 0);
  const fits =
    octets.every((octet) => octet <= 255) &&
    prefix >= 16 &&
    prefix <= 20 &&
    start % 2 ** (32 - prefix) === 0;
  if (!fits) {
    throw new SpecError([
      {
        code: "NetworkSize",
        path: "cidr",
        message: `cidr ${cidr} is not a network of /16 to /20 that begins at its own address`,
        fix: 'write one such as "10.64.0.0/16"',
      },
    ]);
  }
  const block = (cut: number, index: number): string =>
    `${dotted(start + index * 2 ** (32 - prefix - cut))}/${prefix + cut}`;
  return zones.map((zone, index) => ({
    zone,
    privateCidr: block(PRIVATE_BITS, index),
    publicCidr: block(PUBLIC_BITS, FIRST_PUBLIC + index),
  }));
}

const dotted = (address: number): string =>
  [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join(".");
