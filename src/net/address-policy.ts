import { BlockList, isIPv4, isIPv6 } from 'node:net';

/**
 * IPv4 ranges that no photo comes from: the IANA special-purpose registry (RFC 6890 and later), and one public address
 * that only the inside of a cloud reaches.
 */
const REFUSED_V4 = [
  ['0.0.0.0', 8], // this network; Linux connects 0.0.0.0 to loopback
  ['10.0.0.0', 8], // private
  ['100.64.0.0', 10], // carrier-grade NAT; Alibaba Cloud's metadata service is 100.100.100.200
  ['127.0.0.0', 8], // loopback
  ['168.63.129.16', 32], // Azure's platform address, reachable from every machine there
  ['169.254.0.0', 16], // link-local, with the metadata service of most clouds
  ['172.16.0.0', 12], // private
  ['192.0.0.0', 24], // protocol assignments; Oracle Cloud's metadata service is 192.0.0.192
  ['192.0.2.0', 24], // documentation
  ['192.31.196.0', 24], // AS112
  ['192.52.193.0', 24], // AMT
  ['192.88.99.0', 24], // 6to4 relays
  ['192.168.0.0', 16], // private
  ['192.175.48.0', 24], // AS112
  ['198.18.0.0', 15], // benchmarking
  ['198.51.100.0', 24], // documentation
  ['203.0.113.0', 24], // documentation
  ['224.0.0.0', 4], // multicast
  ['240.0.0.0', 4], // reserved, with the broadcast address
] as const;

/**
 * Refused ranges inside of 2000::/3, which is all of IPv6 that is allocated. Every address outside of it is refused
 * too.
 */
const REFUSED_V6 = [
  ['2001::', 23], // protocol assignments: Teredo, benchmarking, ORCHID
  ['2001:db8::', 32], // documentation
  ['2002::', 16], // 6to4: carries any IPv4 address to whoever runs a relay
  ['2620:4f:8000::', 48], // AS112
  ['3ffe::', 16], // 6bone, given back
  ['3fff::', 20], // documentation
] as const;

const refused = new BlockList();
for (const [network, prefix] of REFUSED_V4) refused.addSubnet(network, prefix, 'ipv4');
for (const [network, prefix] of REFUSED_V6) refused.addSubnet(network, prefix, 'ipv6');

const allocated = new BlockList();
allocated.addSubnet('2000::', 3, 'ipv6');

/**
 * Prefixes whose last 32 bits are the IPv4 address that is reached: IPv4-mapped (the socket speaks IPv4) and NAT64 (RFC
 * 6052).
 */
const embedsIpv4 = new BlockList();
embedsIpv4.addSubnet('::ffff:0:0', 96, 'ipv6');
embedsIpv4.addSubnet('64:ff9b::', 96, 'ipv6');

/**
 * Whether an address (text, no brackets) is on the public internet. False for a text that is no address. A NAT64 prefix
 * that a network has chosen itself looks like any other address: such a network has to keep its private IPv4 out of its
 * NAT64.
 */
export function isPublicAddress(address: string): boolean {
  if (isIPv4(address)) return !refused.check(address, 'ipv4');
  // A zone (`fe80::1%eth0`) names an interface of this machine.
  if (!isIPv6(address) || address.includes('%')) return false;
  if (embedsIpv4.check(address, 'ipv6')) return isPublicAddress(embeddedIpv4(address));
  return allocated.check(address, 'ipv6') && !refused.check(address, 'ipv6');
}

function embeddedIpv4(address: string): string {
  // The URL parser normalises every spelling to groups of hex: `::ffff:127.0.0.1` becomes `::ffff:7f00:1`.
  const groups = new URL(`http://[${address}]/`).hostname.slice(1, -1).split(':').slice(-2);
  const [high = 0, low = 0] = groups.map(group => Number.parseInt(group || '0', 16));
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}
