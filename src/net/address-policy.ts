import { BlockList, isIPv4, isIPv6 } from 'node:net';

/**
 * IPv4 that no photo comes from: the IANA special-purpose registry (RFC 6890 and later), and one public address that
 * answers from inside a cloud.
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

/** Of 2000::/3, which is all of IPv6 that is given out; whatever lies outside is refused without a list. */
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

const givenOut = new BlockList();
givenOut.addSubnet('2000::', 3, 'ipv6');

/** Forms whose last 32 bits are the IPv4 address that is reached: mapped (the socket speaks IPv4) and NAT64 (RFC 6052). */
const carriesV4 = new BlockList();
carriesV4.addSubnet('::ffff:0:0', 96, 'ipv6');
carriesV4.addSubnet('64:ff9b::', 96, 'ipv6');

/**
 * Whether an address (text, no brackets) lies on the public internet. What cannot be read is not public. A network's own
 * NAT64 prefix cannot be told from other addresses: there, the network has to keep its private IPv4 out of the NAT64.
 */
export function isPublicAddress(address: string): boolean {
  if (isIPv4(address)) return !refused.check(address, 'ipv4');
  // A zone (`fe80::1%eth0`) names one of our own interfaces.
  if (!isIPv6(address) || address.includes('%')) return false;
  if (carriesV4.check(address, 'ipv6')) return isPublicAddress(lastV4(address));
  return givenOut.check(address, 'ipv6') && !refused.check(address, 'ipv6');
}

function lastV4(address: string): string {
  // The URL parser writes every spelling as groups of hex: `::ffff:127.0.0.1` is `::ffff:7f00:1`.
  const groups = new URL(`http://[${address}]/`).hostname.slice(1, -1).split(':').slice(-2);
  const [high = 0, low = 0] = groups.map(group => Number.parseInt(group || '0', 16));
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}
