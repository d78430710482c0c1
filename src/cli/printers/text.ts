/** Go's %x. */
export const hex = (value: bigint): string => value.toString(16);

/** Go's %016x, the form of a lease ID; the sign counts as a digit. */
export function hex16(value: bigint): string {
  return value < 0n ? `-${hex(-value).padStart(15, '0')}` : hex(value).padStart(16, '0');
}

const eventTypes = ['PUT', 'DELETE'];
const permissionTypes = ['READ', 'WRITE', 'READWRITE'];
const alarmTypes = ['NONE', 'NOSPACE', 'CORRUPT'];

// A newer server's enum values print as their numbers, as Go prints them.
const nameOf = (names: readonly string[], value: number): string => names[value] ?? String(value);

export const eventTypeName = (type: number): string => nameOf(eventTypes, type);
export const permissionTypeName = (type: number): string => nameOf(permissionTypes, type);
export const alarmTypeName = (type: number): string => nameOf(alarmTypes, type);
