/** Whether an address is of this machine or of the network it is in: by number, or by a name that only that network knows. */
export function isPrivateAddress(url: string): boolean {
  // The parser has written every form of an IPv4 address as four numbers, and IPv6 in brackets, shortened.
  const host = new URL(url).hostname.replace(/\.$/, '')
  if (host.startsWith('[')) return /^\[(::1\]$|f[cd]|fe[89ab])/.test(host) // RFC 4291, 4193
  if (/^\d+(\.\d+){3}$/.test(host)) return isPrivateNumber(host)
  return !host.includes('.') || /\.(localhost|local|internal|lan|home\.arpa)$/.test(host)
}

/** RFC 1122 (127), 1918 (10, 172.16-31, 192.168), 3927 (169.254), 6598 (100.64-127). */
function isPrivateNumber(host: string): boolean {
  const [first = 0, second = 0] = host.split('.').map(Number)
  if (first === 127 || first === 10) return true
  if (first === 172) return second >= 16 && second <= 31
  if (first === 100) return second >= 64 && second <= 127
  return (first === 192 && second === 168) || (first === 169 && second === 254)
}
