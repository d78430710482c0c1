const units = ['kB', 'MB', 'GB', 'TB', 'PB', 'EB'];

// go-humanize finds the unit by dividing logarithms, which reach the next whole number this much (relatively) early:
// 999,999,999,999,996 bytes are `1.0 PB`, one byte less is `1000 TB`.
const nearlyOne = 1 - 4.9e-15;

/**
 * A size for people, as go-humanize's Bytes writes it: `512 B`, `20 kB`, `2.1 MB`. Units are powers of 1000.
 * @param bytes zero or more, within 64 bits
 */
export function formatSize(bytes: bigint | number): string {
  const size = Number(bytes);
  if (size < 10) return `${size} B`;
  let unit = 'B';
  let unitBytes = 1;
  for (const larger of units) {
    if (size / (unitBytes * 1000) < nearlyOne) break;
    unitBytes *= 1000;
    unit = larger;
  }
  const tenths = Math.floor((size / unitBytes) * 10 + 0.5);
  return `${tenths < 100 ? (tenths / 10).toFixed(1) : roundHalfToEven(tenths / 10)} ${unit}`;
}

function roundHalfToEven(value: number): number {
  const whole = Math.round(value);
  return value % 1 === 0.5 && whole % 2 === 1 ? whole - 1 : whole;
}
